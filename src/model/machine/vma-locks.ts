/**
 * Says which VMAs have a lock in the model. A fault under the lock of its VMA and a fault under the
 * mmap lock differ only beside an operation that holds the mmap lock for writing and has not (yet) marked the VMA. So an
 * address space has locks only if it runs an operation that does not mark every VMA in which its threads fault.
 */
import { at } from "../../ir/lookup.ts";
import { int, type ValueType } from "../../ir/types.ts";
import type { Dimension } from "../../ir/variable.ts";
import type { FeatureSet } from "../features/catalogue.ts";
import type { OperationCall, Scenario } from "../scenario/scenario.ts";
import type { Declarations } from "./declarations.ts";
import { type Machine, rootOf, type Vma } from "./machine.ts";
import { vmaCalled } from "./place-vmas.ts";

export interface LockedVma {
  readonly mm: number;
  readonly vma: Vma;
}

type Layout = Pick<Machine, "mms" | "vmas">;

/** `uffd_move` tries the locks of two VMAs. */
const faults = ["load", "store", "atomic_add", "uffd_move"];
const discards = ["madvise_dontneed", "madvise_free"];

/** Whether a thread that runs the operation tries the lock of its VMA for reading. */
function reads({ operation }: OperationCall, features: FeatureSet): boolean {
  return faults.includes(operation) || (discards.includes(operation) && features.has("madvise-takes-vma-lock"));
}

/** The pairs of address space and VMA that have a lock, in the order of their numbers. */
export function lockedVmas(scenario: Scenario, features: FeatureSet, layout: Layout): readonly LockedVma[] {
  if (!features.has("per-vma-locks")) return [];
  return layout.mms.flatMap(({ name }, mm) => {
    const calls = callsIn(scenario, name);
    const own = layout.vmas.filter((vma) => vma.mm === rootOf(layout, mm));
    const marked = calls.flatMap((call) => {
      const marks = markedBy(call, { scenario, features, own, targets: targetsOf(layout, name, call) });
      return marks === undefined ? [] : [marks];
    });
    // Nothing is asked about the kernel that decides nothing here: kernels that answer alike have the same program.
    if (marked.length === 0) return [];
    const reading = calls.filter((call) => reads(call, features));
    const read = own.filter((vma) => reading.some((call) => targetsOf(layout, name, call).includes(vma)));
    const always = scenario.system.vmaLocks === "always";
    const matters = always || read.some((vma) => marked.some((marks) => !marks.includes(vma)));
    return matters ? read.map((vma) => ({ mm, vma })) : [];
  });
}

/** What the threads of a process run. What happened before the start ran alone. */
function callsIn({ actors }: Scenario, process: string): readonly OperationCall[] {
  return actors
    .filter((actor) => actor.kind === "thread" && actor.process === process)
    .flatMap(({ run }) => run.flatMap((item) => (item.kind === "operation" ? [item.call] : item.calls)));
}

function targetsOf(layout: Layout, process: string, { target }: OperationCall): readonly Vma[] {
  return vmasOf(target).flatMap((called) => vmaCalled(layout, process, called) ?? []);
}

function vmasOf(target: OperationCall["target"]): readonly string[] {
  switch (target.kind) {
    case "pages":
      return [target.vma];
    case "move":
      return [target.from, target.to];
    case "page-move":
      return [target.from.vma, target.to.vma];
    case "process":
      return [];
  }
}

interface Writing {
  readonly scenario: Scenario;
  readonly features: FeatureSet;
  /** The VMAs of the address space. */
  readonly own: readonly Vma[];
  readonly targets: readonly Vma[];
}

/**
 * The VMAs that an operation marks before it changes anything, if it holds the mmap lock for writing. An operation that
 * marks one VMA after the other does not count as marking all.
 */
function markedBy(
  { operation }: OperationCall,
  { scenario, features, own, targets }: Writing,
): readonly Vma[] | undefined {
  const all = own.length === 1 ? own : [];
  switch (operation) {
    case "mprotect_read":
    case "mprotect_write":
    case "mlock":
    case "munlock":
    case "munmap":
    case "mremap":
      return targets;
    case "collapse":
      return features.has("collapse-locks-vma") ? targets : [];
    case "fork":
      return features.has("fork-locks-vmas") ? all : [];
    case "clear_refs":
      return features.has("clear-refs-locks-vmas") || startsTrackingOnce(scenario) ? all : [];
    case "uprobe_replace":
      return features.has("uprobe-walks-folio") ? [] : undefined;
    default:
      return undefined;
  }
}

/** Whether every clear_refs is the first one of its process, which marks a VMA because it begins to track it. */
function startsTrackingOnce({ actors, initially }: Scenario): boolean {
  const runs = actors.flatMap(({ run }) =>
    run.flatMap((item) =>
      item.kind === "operation" ? [item.call] : Array.from({ length: item.times }, () => item.calls).flat(),
    ),
  );
  const all = [...initially.map(({ call }) => call), ...runs].filter(({ operation }) => operation === "clear_refs");
  return all.length <= 1;
}

/** The locks, by address space and VMA. */
export function declareVmaLocks(
  { one }: Declarations,
  locked: readonly LockedVma[],
  { mms, actors, owner }: Pick<Machine, "mms" | "actors"> & { readonly owner: ValueType },
): Pick<Machine, "vmaLock" | "vmaLocksOf"> {
  const dimension: Dimension = {
    name: "VMA of a process",
    labels: locked.map(({ mm, vma }) => `${at(mms, mm).name}:${vma.name}`),
  };
  const readers = one("vma_lock.readers", int(0, actors.length), dimension);
  const writer = one("vma_lock.writer", owner, dimension);
  const locks = locked.map((each, number) => ({ ...each, readers: readers(number), writer: writer(number) }));
  return {
    vmaLock: (mm, vma) => locks.find((lock) => lock.mm === mm && lock.vma === vma),
    vmaLocksOf: (mm) => locks.filter((lock) => lock.mm === mm),
  };
}
