/** Which actor holds which lock, and from which step to which. */
import type { Trace } from "../../trace/format.ts";
import { actorsOf, type History, type Position } from "./history.ts";
import { parseName } from "./variable-name.ts";

export interface LockKind {
  /** What its bars begin with. */
  readonly letter: string;
  readonly title: string;
}

export interface Hold {
  /** The variable's element. */
  readonly variable: string;
  readonly kind: LockKind;
  /** The lock by name: `page_lock[P0]`, `mmap_lock[parent] (read)`. */
  readonly lock: string;
  readonly actor: string;
  /** The step that took it; 0 if it was held from the start. */
  readonly from: Position;
  /** The step that released it; undefined if it was not released. */
  readonly to: Position | undefined;
}

interface KnownLock extends LockKind {
  readonly family: string;
  readonly name: string;
  readonly mode?: string;
  /** The value is the number of holders, not the holder. */
  readonly counted?: true;
}

const knownLocks: readonly KnownLock[] = [
  { family: "mmap_lock.writer", letter: "M", title: "mmap_lock for writing", name: "mmap_lock", mode: "write" },
  {
    family: "mmap_lock.readers",
    letter: "m",
    title: "mmap_lock for reading",
    name: "mmap_lock",
    mode: "read",
    counted: true,
  },
  { family: "vma_lock.writer", letter: "V", title: "the VMA's lock for writing", name: "vma_lock", mode: "write" },
  {
    family: "vma_lock.readers",
    letter: "v",
    title: "the VMA's lock for reading",
    name: "vma_lock",
    mode: "read",
    counted: true,
  },
  { family: "page_lock", letter: "L", title: "page lock", name: "page_lock" },
  { family: "ptl", letter: "T", title: "page-table lock", name: "ptl" },
  { family: "anon_vma.readers", letter: "A", title: "anon_vma for reading", name: "anon_vma", counted: true },
  { family: "i_mmap.readers", letter: "I", title: "i_mmap for reading", name: "i_mmap", counted: true },
  { family: "invalidate_lock", letter: "H", title: "a file's invalidate_lock", name: "invalidate_lock" },
  { family: "driver_mutex", letter: "D", title: "the driver's mutex", name: "driver_mutex" },
  { family: "fault_worker", letter: "W", title: "the driver's fault worker", name: "fault_worker" },
  {
    family: "active_invalidate_ranges",
    letter: "N",
    title: "MMU-notifier invalidation under way (not a lock)",
    name: "invalidation",
    counted: true,
  },
];

export function holdsOf(trace: Trace, history: History): readonly Hold[] {
  const actors = new Set(actorsOf(trace));
  return history.variables
    .flatMap((variable) => {
      const { family, labels } = parseName(variable);
      const known = knownLocks.find((lock) => lock.family === family);
      const kind = known ?? guessedKind(variable, family, history, actors);
      if (kind === undefined) return [];
      const { name, mode, letter, title } = kind;
      const lock = `${name}${labels.map((label) => `[${label}]`).join("")}${mode === undefined ? "" : ` (${mode})`}`;
      const held = kind.counted === true ? countedHolds(variable, trace, history) : ownedHolds(variable, history);
      return held.map((hold): Hold => ({ variable, kind: { letter, title }, lock, ...hold }));
    })
    .sort((one, other) => one.from - other.from);
}

/** A variable that is free or belongs to an actor is a lock, whatever its name. */
function guessedKind(
  variable: string,
  family: string,
  history: History,
  actors: ReadonlySet<string>,
): KnownLock | undefined {
  if (history.kindOf(variable) !== "shared") return undefined;
  const changes = history.changesOf(variable);
  const values = new Set([history.valueAt(variable, 0), ...changes.map((change) => change.new)]);
  if (!values.delete("free") || ![...values].every((value) => value !== null && actors.has(value))) return undefined;
  return { family, name: family, letter: family.charAt(0).toUpperCase() || "?", title: family };
}

type Span = Pick<Hold, "actor" | "from" | "to">;

function ownedHolds(variable: string, history: History): readonly Span[] {
  const values = [
    { step: 0, value: history.valueAt(variable, 0) },
    ...history.changesOf(variable).map((change) => ({ step: change.step, value: change.new })),
  ];
  return values.flatMap(({ step, value }, index) =>
    value === null || value === "free" ? [] : [{ actor: value, from: step, to: values[index + 1]?.step }],
  );
}

/** The actor whose step adds one holds it until a step of its own takes one away. */
function countedHolds(variable: string, { steps }: Trace, history: History): readonly Span[] {
  const open: { actor: string; from: Position }[] = [];
  const closed: Span[] = [];
  for (const change of history.changesOf(variable)) {
    const actor = steps[change.step - 1]?.actor;
    if (actor === undefined) continue;
    let more = Number(change.new) - Number(change.old);
    for (; more > 0; more--) open.push({ actor, from: change.step });
    for (; more < 0; more++) {
      const own = open.findLastIndex((hold) => hold.actor === actor);
      const [ended] = open.splice(Math.max(own, 0), 1);
      if (ended !== undefined) closed.push({ ...ended, to: change.step });
    }
  }
  return [...closed, ...open.map((hold) => ({ ...hold, to: undefined }))];
}

export function heldAt(holds: readonly Hold[], position: Position): readonly Hold[] {
  return holds.filter(({ from, to }) => from <= position && (to === undefined || position < to));
}
