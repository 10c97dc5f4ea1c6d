/**
 * Random walks, for scenarios that are too large to search. A walk takes one of the enabled moves, each with the same
 * probability, until nothing can move. In every state that it reaches, all moves are checked. A violation that no walk
 * finds may still exist.
 */
import { walkerModule } from "../codegen/wasm/random-walk.ts";
import { numberChecks } from "../codegen/wasm/step/property-bits.ts";
import { turnOfEventLoop } from "../ir/event-loop.ts";
import { initialState } from "../ir/interpreter.ts";
import { layoutOf, pack } from "../ir/layout.ts";
import { at } from "../ir/lookup.ts";
import type { Program } from "../ir/program.ts";
import type { Property } from "../ir/property.ts";
import { maxChecks, testedAt } from "../memory/memory-map.ts";
import { planMemory } from "../memory/plan-memory.ts";
import { noMove, packedMove, unpackMove } from "./contract/packed-move.ts";
import type { Move, Violation } from "./contract/search-types.ts";
import { reserve } from "./memory/reserve-memory.ts";
import { areaOf, longWord, type SharedMemory, shareMemory, stateWords } from "./memory/shared-memory.ts";
import { machineMemory } from "./node/machine-memory.ts";
import { fillTables } from "./search-setup.ts";
import { bitsOf, rangeErrorBitNumber, recordsBetween } from "./violations/violation-candidates.ts";

export interface SimulationOptions {
  /** The same seed gives the same walks. */
  readonly seed: number;
  readonly walks: number;
  /** Steps of a walk, at most `maxWalkDepth`. */
  readonly depth: number;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly stopAtFirstViolation?: boolean;
  /** Never violated. The walks count how often the premise of each is true. */
  readonly sometimes?: readonly Property[];
  readonly onProgress?: (progress: WalksProgress) => void;
}

/** What is reported during the walks. */
export interface WalksProgress {
  readonly walks: number;
  readonly steps: number;
  /** The number of properties that were found violated. */
  readonly violations: number;
  readonly seconds: number;
}

export interface WalkedViolation extends Violation {
  /** The number of the walk that found it, counted from 1. */
  readonly walk: number;
}

export interface SimulationResult {
  readonly walks: number;
  readonly steps: number;
  /** Steps of the longest walk. */
  readonly longest: number;
  readonly seconds: number;
  readonly stoppedBy: "timeout" | "signal" | undefined;
  /** For each of `sometimes`: the number of walks in which it was true, in a state or after a violating step. */
  readonly met: readonly number[];
  /** At most one for each property, in their order. */
  readonly violations: readonly WalkedViolation[];
}

export const maxWalkDepth = 100_000;

/** Enough for the moves of the longest walk, in any division between table and states. */
const memoryBytes = 2 ** 26;

/** Yield to the event loop this often, so that signals are handled. */
const turnMs = 50;

/** Report progress as often as a search does. */
const progressMs = 200;

interface Walker {
  readonly walk: (limit: number) => number;
  readonly violationsEnd: () => number;
  readonly checkAll: (address: number) => bigint;
}

export async function simulate(
  program: Program,
  properties: readonly Property[],
  {
    seed,
    walks: most,
    depth,
    timeoutMs,
    signal,
    stopAtFirstViolation = false,
    sometimes = [],
    onProgress,
  }: SimulationOptions,
): Promise<SimulationResult> {
  const start = performance.now();
  const searched = [...properties, ...sometimes];
  const { shared, walker, capacity } = setUpWalks(program, searched);
  if (depth > capacity) throw new RangeError(`a walk of ${depth} steps is longer than there is room for (${capacity})`);
  const found = new Map<number, WalkedViolation>();
  for (const bit of initiallyViolated(shared, walker)) keep(bit, 1, []);
  const startsWell = found.size === 0;
  const tested = new Uint8Array(shared.memory.buffer, testedAt, maxChecks);
  const premises = numberChecks(searched).flatMap(({ property, number }) =>
    property < properties.length ? [] : [{ condition: property - properties.length, number }],
  );
  const atStart = premises.filter(({ number }) => tested[number] === 1);
  const met = sometimes.map(() => 0);

  let [walks, steps, longest] = [0, 0, 0];
  let stoppedBy: SimulationResult["stoppedBy"];
  let turnEnds = start + turnMs;
  let nextProgress = start + progressMs;
  while (startsWell && walks < most && !(stopAtFirstViolation && found.size > 0)) {
    longWord(shared, "random")[0] = seedOf(seed, walks);
    walks++;
    for (const { number } of premises) tested[number] = 0;
    const taken = walker.walk(depth);
    for (const one of premises)
      if (tested[one.number] === 1 || atStart.includes(one)) met[one.condition] = at(met, one.condition) + 1;
    steps += taken;
    longest = Math.max(longest, taken);
    keepRecorded(taken);
    const now = performance.now();
    if (timeoutMs !== undefined && now - start >= timeoutMs) stoppedBy = "timeout";
    else if (now >= turnEnds) {
      if (now >= nextProgress) {
        onProgress?.({ walks, steps, violations: found.size, seconds: (now - start) / 1000 });
        nextProgress = now + progressMs;
      }
      await turnOfEventLoop();
      turnEnds = performance.now() + turnMs;
    }
    if (signal?.aborted === true) stoppedBy = "signal";
    if (stoppedBy !== undefined) break;
  }
  return {
    walks,
    steps,
    longest,
    seconds: (performance.now() - start) / 1000,
    stoppedBy: walks === most ? undefined : stoppedBy,
    met,
    violations: [...found].sort(([a], [b]) => a - b).map(([, violation]) => violation),
  };

  /** Keeps the violations that the last walk recorded. From then on they count as known. */
  function keepRecorded(taken: number): void {
    const { memory, plan } = shared;
    const from = areaOf(plan, 0) + plan.violationsIn;
    for (const record of recordsBetween(memory, plan, from, walker.violationsEnd() >>> 0)) {
      const moves = new Int32Array(memory.buffer, plan.tableAt, taken);
      const walked = Array.from(moves, (word) => unpackMove(packedMove(word)));
      const path = record.move === noMove ? walked : [...walked, unpackMove(record.move)];
      for (const bit of bitsOf(record.mask & at(longWord(shared, "newViolations"), 0))) keep(bit, walks, path);
    }
  }

  function keep(bit: number, walk: number, path: readonly Move[]): void {
    if (found.has(bit)) return;
    found.set(bit, { property: bit === rangeErrorBitNumber ? "range-error" : bit - 1, walk, steps: path });
    const news = longWord(shared, "newViolations");
    news[0] = at(news, 0) & ~(1n << BigInt(bit));
  }
}

function setUpWalks(
  program: Program,
  properties: readonly Property[],
): { readonly shared: SharedMemory; readonly walker: Walker; readonly capacity: number } {
  const layout = layoutOf(program);
  const planFor = (bytes: number) => planMemory(program, layout, 1, bytes, { store: "exact" });
  const { memories, plan } = reserve(machineMemory, planFor, memoryBytes, "the 64 MiB that walks need");
  const { memory } = memories;
  const shared = shareMemory(memories, plan);
  const { bytes, groupOf } = walkerModule(program, properties, layout, plan);
  fillTables(shared, program, groupOf);
  pack(layout, initialState(program), stateWords(shared, 0));
  longWord(shared, "newViolations")[0] = 2n ** 64n - 2n;
  const imports = { env: { memory }, params: { area: areaOf(plan, 0) | 0 } };
  // The module is our own: walk.ts exports exactly these.
  const walker = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports as unknown as Walker;
  return { shared, walker, capacity: plan.mostEntries };
}

function initiallyViolated({ plan }: SharedMemory, walker: Walker): readonly number[] {
  return [...bitsOf(BigInt.asUintN(64, walker.checkAll(plan.statesAt | 0)))];
}

/** Each walk has its own sequence of random numbers, so it can be repeated without the walks before it. */
function seedOf(seed: number, walk: number): bigint {
  const mixed = splitMix(splitMix(BigInt(seed)) + BigInt(walk));
  return mixed === 0n ? 1n : mixed;
}

/** One step of SplitMix64: neighbouring numbers become unrelated. */
function splitMix(seed: bigint): bigint {
  let z = BigInt.asUintN(64, seed + 0x9e3779b97f4a7c15n);
  z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return z ^ (z >> 31n);
}
