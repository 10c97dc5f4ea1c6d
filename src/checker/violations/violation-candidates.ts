/**
 * The violations worth keeping. Which of several a search meets first depends on timing, so the choice must not: of all
 * violations of a property at its smallest length, those with the least target state are kept, whoever found them.
 * Every worker keeps its own; merging gives what a single worker would have kept. Nor must the choice depend on
 * symmetries being made use of: targets that differ by an exchange lie beside each other in the order.
 */
import { type MemoryPlan, violationHead } from "../../memory/memory-map.ts";
import { get, mask, type SharedMemory, stateWords } from "../memory/shared-memory.ts";
import { compareWords } from "./compare-words.ts";
import { type Exchanges, leastExchanged } from "./exchanged-target.ts";

/** The move into a violation (or, with move -1, a state that is stuck): the parent's index and the packed move. */
export interface LastMove {
  readonly parent: number;
  readonly move: number;
}

export interface Candidate {
  /** The bit of the violated property in masks. */
  readonly bit: number;
  /** Moves of the trace. */
  readonly length: number;
  /** The least of the states that differ from the target by an exchange. */
  readonly orbit: Uint32Array;
  /** The violating successor; the parent itself where the step has none. In a reduced search as yet the orbit. */
  readonly target: Uint32Array;
  readonly moves: readonly LastMove[];
}

export type Candidates = Map<number, Candidate>;

export const rangeErrorBitNumber = 63;

export function keep(candidates: Candidates, candidate: Candidate): void {
  const known = candidates.get(candidate.bit);
  const order =
    known === undefined
      ? -1
      : candidate.length - known.length ||
        compareWords(candidate.orbit, known.orbit) ||
        compareWords(candidate.target, known.target);
  // The target may be a view of memory that the next batch overwrites.
  if (order < 0)
    candidates.set(candidate.bit, { ...candidate, orbit: candidate.orbit.slice(), target: candidate.target.slice() });
  else if (order === 0 && known !== undefined)
    candidates.set(candidate.bit, { ...known, moves: [...known.moves, ...candidate.moves] });
}

export function targetOf(exchanges: Exchanges, state: Uint32Array): Pick<Candidate, "orbit" | "target"> {
  const orbit = leastExchanged(exchanges, state);
  return { orbit, target: exchanges.reduced ? orbit : state };
}

/** Takes over what the generated code recorded between `from` and `to`. */
export function collect(shared: SharedMemory, exchanges: Exchanges, from: number, to: number, into: Candidates): void {
  const { memory, plan } = shared;
  const news = mask(shared, "newViolations")[0] ?? 0n;
  const depth = get(shared, "depth");
  let found = 0n;
  for (const record of recordsBetween(memory, plan, from, to)) {
    const violated = record.mask & news;
    if (violated === 0n) continue;
    const stuck = record.move === -1;
    for (const bit of bitsOf(violated)) {
      const state = bit === rangeErrorBitNumber ? stateWords(shared, record.parent) : record.successor;
      const last = { parent: record.parent, move: record.move };
      keep(into, { bit, length: stuck ? depth : depth + 1, ...targetOf(exchanges, state), moves: [last] });
    }
    found |= violated;
  }
  Atomics.or(mask(shared, "found"), 0, found);
}

export function* bitsOf(mask: bigint): Generator<number> {
  for (const [first, half] of [
    [0, Number(mask & 0xffffffffn)],
    [32, Number(mask >> 32n)],
  ] as const) {
    for (let rest = half | 0; rest !== 0; rest &= rest - 1) yield first + 31 - Math.clz32(rest & -rest);
  }
}

export interface Record {
  readonly parent: number;
  readonly move: number;
  readonly mask: bigint;
  readonly successor: Uint32Array;
}

export function* recordsBetween(
  memory: WebAssembly.Memory,
  plan: MemoryPlan,
  from: number,
  to: number,
): Generator<Record> {
  const view = new DataView(memory.buffer);
  const words = plan.stride / 4;
  for (let at = from; at < to; at += violationHead + plan.stride) {
    yield {
      parent: view.getInt32(at, true),
      move: view.getInt32(at + 4, true),
      mask: view.getBigUint64(at + 8, true),
      successor: new Uint32Array(memory.buffer, at + violationHead, words),
    };
  }
}
