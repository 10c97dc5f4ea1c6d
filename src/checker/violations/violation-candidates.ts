/**
 * The violations worth keeping. Timing decides which of several violations a search meets first, so it must not decide
 * which one is kept. For each property, the violations of the smallest length with the least target state are kept. Every
 * worker keeps its own, and merging gives what a single worker would have kept. The choice must not depend on the
 * symmetry reduction either, so targets that differ by a permutation are neighbours in the order.
 */
import { at } from "../../ir/lookup.ts";
import { violationHead } from "../../memory/memory-map.ts";
import type { MemoryPlan } from "../../memory/memory-plan.ts";
import { type StateIndex, stateIndex } from "../contract/indices.ts";
import { noMove, type PackedMove, packedMove } from "../contract/packed-move.ts";
import { get, longWord, type SharedMemory } from "../memory/shared-memory.ts";
import { compareWords } from "./compare-words.ts";
import { representativeOf, type SymmetryReduction } from "./representative.ts";

/**
 * The move from a state (`parent`) into a violation; `noMove` if the violation is the state itself, which cannot move.
 */
export interface LastMove<Id extends number = StateIndex> {
  readonly parent: Id;
  readonly move: PackedMove;
}

/** States have numbers of the store (`StateIndex`), or those of concrete-paths.ts. */
export interface Candidate<Id extends number = StateIndex> {
  /** The bit of the violated property in masks. */
  readonly bit: number;
  /** Moves of the trace. */
  readonly length: number;
  /** The least of the states that differ from the target by a permutation. */
  readonly representative: Uint32Array;
  /**
   * The violating successor; the parent itself if the step has none. In a reduced search the representative at first.
   */
  readonly target: Uint32Array;
  readonly moves: readonly LastMove<Id>[];
}

export type Candidates = Map<number, Candidate>;

export const rangeErrorBitNumber = 63;

export function keep(candidates: Candidates, candidate: Candidate): void {
  const known = candidates.get(candidate.bit);
  const order =
    known === undefined
      ? -1
      : candidate.length - known.length ||
        compareWords(candidate.representative, known.representative) ||
        compareWords(candidate.target, known.target);
  // The target may be a view of memory that the next batch overwrites.
  if (order < 0)
    candidates.set(candidate.bit, {
      ...candidate,
      representative: candidate.representative.slice(),
      target: candidate.target.slice(),
    });
  else if (order === 0 && known !== undefined)
    candidates.set(candidate.bit, { ...known, moves: [...known.moves, ...candidate.moves] });
}

export function targetOf(
  reduction: SymmetryReduction,
  state: Uint32Array,
): Pick<Candidate, "representative" | "target"> {
  const representative = representativeOf(reduction, state);
  return { representative, target: reduction.reduced ? representative : state };
}

/** The part of a store that is needed here. */
export interface StoredStates {
  readonly shared: SharedMemory;
  readonly wordsOf: (index: StateIndex) => Uint32Array;
}

/** Reads the violations that the generated code recorded between `from` and `to`. */
export function collect(
  { shared, wordsOf }: StoredStates,
  reduction: SymmetryReduction,
  { from, to }: { readonly from: number; readonly to: number },
  into: Candidates,
): void {
  const { memory, plan } = shared;
  const news = at(longWord(shared, "newViolations"), 0);
  const depth = get(shared, "depth");
  let found = 0n;
  for (const record of recordsBetween(memory, plan, from, to)) {
    const violated = record.mask & news;
    if (violated === 0n) continue;
    const stuck = record.move === noMove;
    for (const bit of bitsOf(violated)) {
      const state = bit === rangeErrorBitNumber ? wordsOf(record.parent) : record.successor;
      const last = { parent: record.parent, move: record.move };
      keep(into, { bit, length: stuck ? depth : depth + 1, ...targetOf(reduction, state), moves: [last] });
    }
    found |= violated;
  }
  Atomics.or(longWord(shared, "found"), 0, found);
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
  readonly parent: StateIndex;
  readonly move: PackedMove;
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
  for (let address = from; address < to; address += violationHead + plan.stride) {
    yield {
      parent: stateIndex(view.getInt32(address, true)),
      move: packedMove(view.getInt32(address + 4, true)),
      mask: view.getBigUint64(address + 8, true),
      successor: new Uint32Array(memory.buffer, address + violationHead, words),
    };
  }
}
