/** From an operation's name to the procedure that runs it. */
import { at } from "../ir/lookup.ts";
import type { Recorder } from "../ir/recorder.ts";
import { atomicAdd, load, store } from "./hardware/cpu.ts";
import { deviceAtomic, deviceLoad, deviceStore, evictFromDevice, migrateToDevice } from "./hardware/device.ts";
import { dmaLoad, dmaStore } from "./hardware/dma.ts";
import { clearRefs } from "./kernel/clear-refs.ts";
import { collapseHugePage } from "./kernel/collapse.ts";
import { doExit } from "./kernel/exit.ts";
import { fork } from "./kernel/fork.ts";
import { khugepagedSwapin } from "./kernel/khugepaged.ts";
import { tryToMergeTwoPages } from "./kernel/ksm.ts";
import { madviseFree } from "./kernel/madvise-free.ts";
import { memoryFailure } from "./kernel/memory-failure.ts";
import { migratePages } from "./kernel/migrate.ts";
import { mlock, munlock } from "./kernel/mlock.ts";
import { asUser, type Place } from "./kernel/mm-users.ts";
import { mprotectRead, mprotectWrite } from "./kernel/mprotect.ts";
import { mremap } from "./kernel/mremap.ts";
import { oomReap } from "./kernel/oom-reap.ts";
import { pagemapScan } from "./kernel/pagemap-scan.ts";
import { pinUserPages, pinUserPagesFast, unpinUserPage } from "./kernel/pin.ts";
import { punchHole } from "./kernel/punch-hole.ts";
import { shrinkPageList } from "./kernel/reclaim.ts";
import { truncate } from "./kernel/truncate.ts";
import { uffdMove } from "./kernel/uffd-move.ts";
import { uprobeWrite } from "./kernel/uprobe-write.ts";
import { uprobeWriteOpcode } from "./kernel/uprobes.ts";
import { getUserPages, getUserPagesFast, putUserPage } from "./kernel/user-reference.ts";
import { resolveRange, writeProtectRange } from "./kernel/userfault.ts";
import { madviseDontneed, munmap } from "./kernel/zap.ts";
import type { Context } from "./machine/context.ts";
import { type Machine, rootOf, type Vma } from "./machine/machine.ts";
import { findOperation, type OperationName } from "./scenario/operation-catalogue.ts";
import type { CallAttributes, OperationCall, PageOfVma } from "./scenario/scenario.ts";

interface Call {
  readonly k: Recorder;
  readonly context: Context;
  /** The pages on which the operation works, and their VMA. */
  readonly pages: { readonly vma: Vma; readonly first: number; readonly count: number } | undefined;
  readonly move: { readonly from: Vma; readonly to: Vma } | undefined;
  /** The addresses between which a page moves. */
  readonly pageMove: { readonly from: number; readonly to: number } | undefined;
  /** The address space that the operation makes. */
  readonly process: number | undefined;
  readonly attributes: CallAttributes;
}

const recorders: Readonly<Record<OperationName, (call: Call) => void>> = {
  load: (call) => call.k.call(load, cpuAccess(call)),
  store: (call) => call.k.call(store, cpuAccess(call)),
  atomic_add: (call) => call.k.call(atomicAdd, cpuAccess(call)),
  fork: ({ k, context, process }) => k.call(fork, { context, child: given(process) }),
  munmap: ({ k, context, pages }) => k.call(munmap, { context, vma: given(pages).vma }),
  madvise_dontneed: ({ k, context, pages }) => k.call(madviseDontneed, { context, ...given(pages) }),
  mlock: ({ k, context, pages }) => k.call(mlock, { context, vma: given(pages).vma }),
  munlock: ({ k, context, pages }) => k.call(munlock, { context, vma: given(pages).vma }),
  mremap: ({ k, context, move }) => k.call(mremap, { context, ...given(move) }),
  madvise_free: ({ k, context, pages }) => k.call(madviseFree, { context, ...given(pages) }),
  truncate: ({ k, context, pages }) => k.call(truncate, { context, vma: given(pages).vma }),
  punch_hole: ({ k, context, pages }) => k.call(punchHole, { context, ...given(pages) }),
  mprotect_read: ({ k, context, pages }) => k.call(mprotectRead, { context, vma: given(pages).vma }),
  mprotect_write: ({ k, context, pages }) => k.call(mprotectWrite, { context, vma: given(pages).vma }),
  clear_refs: ({ k, context }) => k.call(clearRefs, { context }),
  migrate: ({ k, context, pages }) => k.call(migratePages, { context, ...given(pages) }),
  reclaim: ({ k, context, pages }) => k.call(shrinkPageList, { context, ...given(pages) }),
  memory_failure: ({ k, context, pages }) => k.call(memoryFailure, { context, ...given(pages) }),
  uffd_wp: ({ k, context, pages }) => k.call(writeProtectRange, { context, ...given(pages) }),
  uffd_resolve: ({ k, context, pages }) => k.call(resolveRange, { context, ...given(pages) }),
  pagemap_scan: ({ k, context, pages }) => k.call(pagemapScan, { context, ...given(pages) }),
  uffd_move: ({ k, context, pageMove }) => k.call(uffdMove, { context, ...given(pageMove) }),
  exit: ({ k, context }) => k.call(doExit, { context }),
  oom_reap: ({ k, context }) => k.call(oomReap, { context }),
  khugepaged: ({ k, context, pages }) => k.call(khugepagedSwapin, { context, va: given(pages).first }),
  collapse: ({ k, context, pages }) => k.call(collapseHugePage, { context, vma: given(pages).vma }),
  ksm_merge: ({ k, context, pages }) => k.call(tryToMergeTwoPages, { context, vma: given(pages).vma }),
  uprobe_replace: ({ k, context, pages }) => {
    const removes = context.machine.has("uprobe-walks-folio") ? uprobeWrite : uprobeWriteOpcode;
    k.call(removes, { context, va: given(pages).first });
  },
  pin: (call) => call.k.call(call.attributes.fast === true ? pinUserPagesFast : pinUserPages, pinned(call)),
  dma_store: (call) => call.k.call(dmaStore, pinned(call)),
  dma_load: (call) => call.k.call(dmaLoad, { ...pinned(call), ...gotten(call) }),
  unpin: (call) => call.k.call(unpinUserPage, pinned(call)),
  get: (call) => call.k.call(call.attributes.fast === true ? getUserPagesFast : getUserPages, gotten(call)),
  put: (call) => call.k.call(putUserPage, gotten(call)),
  atomic: (call) => call.k.call(deviceAtomic, deviceAccess(call)),
  device_load: (call) => call.k.call(deviceLoad, deviceAccess(call)),
  migrate_to_device: (call) => call.k.call(migrateToDevice, deviceAccess(call)),
  evict_from_device: (call) => call.k.call(evictFromDevice, deviceAccess(call)),
  device_store: (call) => call.k.call(deviceStore, deviceAccess(call)),
};

function deviceAccess({ context, pages }: Call) {
  const engine = context.machine.engines.findIndex(({ actor }) => actor === context.actor);
  const { device } = given(context.machine.engines[engine]);
  return { context, engine, device, va: given(pages).first };
}

function pinned({ context, pages }: Call) {
  const pinner = context.machine.pinners.findIndex(({ actor }) => actor === context.actor);
  return { context, pinner, va: given(pages).first };
}

function gotten({ context, pages }: Call) {
  const getter = context.machine.getters.findIndex(({ actor }) => actor === context.actor);
  return { context, getter, va: given(pages).first };
}

function cpuAccess({ context, pages }: Call) {
  const thread = context.machine.threads.findIndex(({ actor }) => actor === context.actor);
  return { context, thread, va: given(pages).first };
}

/** Records an operation of an actor's program. */
export function recordOperation(k: Recorder, context: Context, call: OperationCall, place: Place): void {
  k.operation(textOf(call), () => recordCall(k, context, call, place));
}

function recordCall(k: Recorder, context: Context, call: OperationCall, place: Place): void {
  const { machine } = context;
  const record = () =>
    recorders[call.operation as OperationName]({
      k,
      context,
      pages: call.target.kind === "pages" ? resolvePages(machine, context.mm, call.target) : undefined,
      move: call.target.kind === "move" ? resolveMove(machine, context.mm, call.target) : undefined,
      pageMove: call.target.kind === "page-move" ? resolvePageMove(machine, context.mm, call.target) : undefined,
      process: call.target.kind === "process" ? processNumber(machine, call.target.process) : undefined,
      attributes: call.attributes ?? {},
    });
  if (at(machine.actors, context.actor).kind === "engine") record();
  else asUser(k, context, call.operation, place, record);
}

/** As a scenario writes it, though not as JSON: `store buf[0]`, `munmap buf`, `fork child`, `pin buf[0] for reading`. */
export function textOf(call: OperationCall): string {
  return `${call.operation} ${targetText(call)}${attributesText(call)}`;
}

/** The target as a scenario writes it. */
export function targetText({ operation, target }: OperationCall): string {
  switch (target.kind) {
    case "pages": {
      const { vma, first, count } = target;
      const whole = findOperation(operation)?.target === "vma" || count > 1;
      return `${vma}${whole ? "" : `[${first}]`}`;
    }
    case "process":
      return target.process;
    case "move":
      return `${target.from} -> ${target.to}`;
    case "page-move": {
      const [from, to] = [target.from, target.to].map(({ vma, page }) => `${vma}[${page}]`);
      return `${from} -> ${to}`;
    }
  }
}

/** The attributes that differ from the default: ` for reading, fast`. */
export function attributesText({ attributes = {} }: OperationCall): string {
  return `${attributes.for === undefined ? "" : ` for ${attributes.for}`}${attributes.fast === true ? ", fast" : ""}`;
}

function resolvePages(machine: Machine, mm: number, target: { vma: string; first: number; count: number }) {
  const vma = resolveVma(machine, mm, target.vma);
  return { vma, first: vma.first + target.first, count: target.count };
}

function resolveMove(machine: Machine, mm: number, { from, to }: { from: string; to: string }) {
  return { from: resolveVma(machine, mm, from), to: resolveVma(machine, mm, to) };
}

function resolvePageMove(machine: Machine, mm: number, { from, to }: { from: PageOfVma; to: PageOfVma }) {
  const addressOf = ({ vma, page }: PageOfVma) => resolveVma(machine, mm, vma).first + page;
  return { from: addressOf(from), to: addressOf(to) };
}

function resolveVma(machine: Machine, mm: number, called: string): Vma {
  const root = rootOf(machine, mm);
  const isCalled = ({ name }: Vma) => name === called || name === `${at(machine.mms, root).name}.${called}`;
  return given(machine.vmas.find((own) => own.mm === root && isCalled(own)));
}

function processNumber(machine: Machine, name: string): number {
  return machine.mms.findIndex((mm) => mm.name === name);
}

function given<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("an operation lacks its target");
  return value;
}
