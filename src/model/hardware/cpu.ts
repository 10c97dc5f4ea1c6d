/** A CPU's loads and stores: its TLB, the page walk that fills the TLB, accessed and dirty bits, page faults. */
import { and, type Expr, eq, field, makeWord, ne, not, or, withFields } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { enumeration } from "../../ir/types.ts";
import { doUserAddrFault } from "../kernel/fault.ts";
import { pfn, sayWalk, walkFinds } from "../kernel/page-table.ts";
import { recordWrite } from "../kernel/tracking.ts";
import type { Context } from "../machine/context.ts";

export interface CpuAccess {
  readonly context: Context;
  readonly thread: number;
  readonly va: number;
}

const outcomes = enumeration("AccessOutcome", ["again", "fault", "accessed"]);

/** A CPU may drop a translation at any time. This choice makes it do so when it looks the translation up. */
function mayHaveLost(k: Recorder, tlb: Expr, hit: Expr): void {
  k.if(hit, () =>
    k.choose(
      {
        "still cached": () => {},
        evicted: () => {
          k.outcome("loses the translation from the TLB");
          k.set(tlb, 0);
        },
      },
      ["evicted"],
    ),
  );
}

/** A load. If its fault ends in a signal, it ends without effect. */
export const load = procedure<CpuAccess>("load", { file: "hardware/cpu" }, (k, { context, thread, va }) => {
  const { machine, mm } = context;
  const tlb = machine.cpuTlb(thread);
  const pte = machine.pte(mm, va);
  const outcome = k.register("outcome", outcomes);
  const hit = and(field(tlb, "valid"), eq(field(tlb, "va"), va));
  k.loop(() => {
    k.step(
      "access",
      "reads through the TLB; on a miss walks the page table, sets the accessed bit and fills the TLB",
      () => {
        mayHaveLost(k, tlb, hit);
        k.if(
          hit,
          () => {
            k.set(outcome, "accessed");
            k.outcome("reads", field(tlb, "pfn"), "through the TLB");
            k.if(ne(field(tlb, "pfn"), machine.noPage), () => k.emit("cpu_load", { page: field(tlb, "pfn"), mm, va }));
          },
          () => {
            k.outcome("misses the TLB");
            sayWalk(k, machine, mm, va);
            k.if(
              walkFinds(machine, mm, va),
              () => {
                k.set(outcome, "again");
                k.outcome("fills the TLB from it");
                k.set(
                  tlb,
                  makeWord(machine.types.cpuTlb, {
                    valid: true,
                    va,
                    pfn: pfn(pte),
                    write: field(pte, "write"),
                    dirty: field(pte, "dirty"),
                  }),
                );
                k.set(pte, withFields(pte, { young: true }));
              },
              () => {
                k.outcome("faults");
                k.set(outcome, "fault");
              },
            );
          },
        );
      },
    );
    k.if(eq(outcome, "accessed"), () => k.return());
    k.if(eq(outcome, "fault"), () => {
      const handled = k.call(doUserAddrFault, { context, va, write: false });
      k.if(not(handled), () => k.return());
    });
  });
});

/**
 * A store. If the TLB holds the translation as writable but not dirty, the CPU goes back to the page table and sets the
 * dirty bit there first; it faults if the entry no longer allows the write. If the TLB holds the translation as dirty,
 * the CPU does not look at the page table again.
 */
export const store = procedure<CpuAccess>("store", { file: "hardware/cpu" }, (k, access) => {
  writeAccess(k, access, false);
});

/**
 * A locked instruction that reads and writes. It needs what a store needs, and no other access comes between its two
 * accesses.
 */
export const atomicAdd = procedure<CpuAccess>("atomic_add", { file: "hardware/cpu" }, (k, access) => {
  writeAccess(k, access, true);
});

function writeAccess(k: Recorder, { context, thread, va }: CpuAccess, alsoReads: boolean): void {
  const { machine, mm } = context;
  const tlb = machine.cpuTlb(thread);
  const pte = machine.pte(mm, va);
  const outcome = k.register("outcome", outcomes);
  const hit = and(field(tlb, "valid"), eq(field(tlb, "va"), va));
  const mayWrite = and(walkFinds(machine, mm, va), field(pte, "write"));
  k.loop(() => {
    k.step(
      "access",
      "writes through the TLB; if necessary walks the page table and sets the accessed or dirty bit",
      () => {
        mayHaveLost(k, tlb, hit);
        k.if(
          and(hit, field(tlb, "write"), field(tlb, "dirty")),
          () => {
            k.set(outcome, "accessed");
            k.outcome(alsoReads ? "reads and writes" : "writes to", field(tlb, "pfn"), "through the TLB");
            if (alsoReads) k.emit("cpu_load", { page: field(tlb, "pfn"), mm, va });
            k.emit("cpu_store", { page: field(tlb, "pfn"), mm, va });
            recordWrite(k, context, { va, page: field(tlb, "pfn"), by: "cpu" });
          },
          () => {
            k.if(
              hit,
              () => k.outcome("finds its translation in the TLB", tlb),
              () => k.outcome("misses the TLB"),
            );
            sayWalk(k, machine, mm, va);
            k.if(
              mayWrite,
              () => {
                k.set(outcome, "again");
                k.outcome("fills the TLB from it");
                const sameHit = and(hit, field(tlb, "write"), eq(field(tlb, "pfn"), pfn(pte)));
                const dirty = or(field(pte, "dirty"), sameHit);
                k.set(pte, withFields(pte, { young: true, dirty }));
                k.set(
                  tlb,
                  makeWord(machine.types.cpuTlb, {
                    valid: true,
                    va,
                    pfn: pfn(pte),
                    write: true,
                    dirty: field(pte, "dirty"),
                  }),
                );
              },
              () => {
                k.outcome("faults");
                k.set(outcome, "fault");
                // The CPU drops the translation for which it faulted.
                k.if(hit, () => k.set(tlb, makeWord(machine.types.cpuTlb, {})));
              },
            );
          },
        );
      },
    );
    k.if(eq(outcome, "accessed"), () => k.return());
    k.if(eq(outcome, "fault"), () => {
      const handled = k.call(doUserAddrFault, { context, va, write: true });
      k.if(not(handled), () => k.return());
    });
  });
}
