/** Finding a page for a device's loads and stores without taking it away from the CPUs (mm/hmm.c). */
import { and, constant, type Expr, eq, field, makeWord, not, or } from "../../ir/expression.ts";
import { procedure } from "../../ir/recorder.ts";
import { bool, enumeration, fieldNamed, word } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import { hasDeviceMemory, isMemoryOf } from "../machine/device-memory.ts";
import { type Machine, vmaAt } from "../machine/machine.ts";
import { hasMigrationEntries } from "../machine/migration-entries.ts";
import { handleMmFault } from "./fault.ts";
import { migrationEntryWait } from "./migration-entry.ts";
import { isDevicePrivate, isHwpoison, isMigration, isPresent, pfn } from "./page-table.ts";

const file = "mm/hmm.c";

export interface RangeFault {
  readonly context: Context;
  readonly engine: number;
  /** The device whose driver asks (dev_private_owner). */
  readonly device: number;
  readonly va: number;
  readonly write: boolean;
}

/**
 * `busy`: an invalidation has come since the driver began to read (-EBUSY). `error`: -EFAULT, or -EPERM for a write.
 */
const outcomes = ["none", "found", "busy", "error"] as const;

/** `unlocked`: a fault has dropped the mmap lock. */
function resultType({ types, has }: Machine) {
  const outcome = enumeration("HmmOutcome", [...outcomes, ...(has("hmm-drops-mmap-lock") ? ["unlocked"] : [])]);
  return word("HmmPfn", { outcome, pfn: fieldNamed(types.pte, "pfn").type, write: bool });
}

/**
 * hmm_range_fault() for one page, with the mmap lock held for reading: returns what the page table says, and first
 * faults if the page table does not allow the access. An exclusive entry always needs a fault, which restores it. The
 * entry is read without the page-table lock. Afterwards the driver's sequence number says whether the result is still
 * valid.
 */
export const hmmRangeFault = procedure<RangeFault>(
  "hmm_range_fault",
  { file, returns: ({ context }) => resultType(context.machine) },
  (k, { context, engine, device, va, write }) => {
    const { machine, mm } = context;
    const vma = vmaAt(machine, va);
    const type = resultType(machine);
    const pte = machine.pte(mm, va);
    const orig = k.register("pte", machine.types.pte);
    const stale = k.register("stale", bool);
    const readable = k.register("vma_readable", bool);
    const writable = k.register("vma_writable", bool);
    const result = (outcome: string, found?: Expr) =>
      k.return(
        makeWord(
          type,
          found === undefined
            ? { outcome, pfn: machine.noPage }
            : { outcome, pfn: pfn(found), write: field(found, "write") },
        ),
      );
    const hasFailed = (entry: Expr) => (machine.uses("memory_failure") ? isHwpoison(entry) : constant(0, bool));
    const isOwn = (entry: Expr) =>
      hasDeviceMemory(machine)
        ? and(isDevicePrivate(entry), isMemoryOf(machine, device, pfn(entry)))
        : constant(0, bool);
    k.loop(() => {
      k.step("mmu_interval_check_retry", "checks whether an invalidation has come since the driver began", () => {
        k.set(stale, machine.subscriptionStale(engine));
        k.if(
          stale,
          () => k.outcome("sees the sequence number changed: gives up with -EBUSY"),
          () => k.outcome("sees the sequence number unchanged"),
        );
      });
      k.if(stale, () => result("busy"));
      k.step("hmm_vma_handle_pte", "reads the entry without the PTL, and the VMA's permissions", () => {
        const mapped = machine.vmaMapped(mm, vma.index);
        k.outcome("reads the entry", pte, "without the PTL");
        k.set(orig, pte);
        k.set(writable, and(mapped, machine.vmaWrite(mm, vma)));
        k.set(readable, and(mapped, or(vma.readable, machine.vmaWrite(mm, vma))));
        k.if(not(readable), () => k.outcome("finds no VMA that may be read"));
        if (write) {
          const answered = or(hasFailed(pte), isOwn(pte));
          k.if(and(readable, not(writable), not(answered)), () => k.outcome("finds that the VMA may not be written"));
        }
      });
      k.if(not(readable), () => result("error"));
      k.if(and(isPresent(orig), write ? field(orig, "write") : true), () => result("found", orig));
      if (hasDeviceMemory(machine)) {
        // A page in the device's own memory is not brought back, not even to make it writable.
        k.if(isOwn(orig), () => result("found", orig));
        if (!machine.has("hmm-faults-others-private")) k.if(isDevicePrivate(orig), () => result("error"));
      }
      if (hasMigrationEntries(machine)) {
        k.if(isMigration(orig), () => {
          k.call(migrationEntryWait, { context, va, orig });
          k.continue();
        });
      }
      // The entry alone says so; no fault is tried.
      k.if(hasFailed(orig), () => result("error"));
      if (write) k.if(not(writable), () => result("error"));
      // hmm_vma_fault(): faults without FAULT_FLAG_ALLOW_RETRY, so write protection by userfaultfd is an error.
      const unlocks = machine.has("hmm-drops-mmap-lock");
      const fault = { context, va, write, mayRetry: constant(unlocks ? 1 : 0, bool), byGup: !unlocks };
      const faulted = k.call(handleMmFault, fault);
      if (unlocks) k.if(eq(faulted, "retry"), () => result("unlocked"));
      k.if(eq(faulted, "signal"), () => result("error"));
    });
  },
);
