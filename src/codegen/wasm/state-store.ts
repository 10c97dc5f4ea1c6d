/**
 * The set of states: an open-addressing table of 32-bit entries beside the states themselves, which lie densely in
 * the order of discovery. An entry is a state's index plus one, with bits of its hash above it as a tag.
 *
 * Several workers insert at once, without a lock. A worker first writes a new state to the next index of its own block,
 * where nobody looks yet, and then claims the table's slot by an atomic compare-exchange from 0 to the entry. Whoever
 * reads an entry therefore finds its state complete. Where the claim fails, somebody else was faster: the entry that is
 * there now is compared like any other, and the index is used for the next new state. Nothing is ever removed, so a
 * probe that meets an empty slot has seen every equal state there could be.
 */

import { type Expansion, stateAddress, type WorkerVariables } from "./expansion.ts";
import { hashInto, tableHash } from "./hash.ts";
import {
  add,
  and,
  atomicAdd32,
  atomicCompareExchange32,
  atomicLoad32,
  block,
  br,
  brIf,
  choose,
  drop,
  type Effect,
  eq,
  eqz,
  geU,
  gtU,
  i32,
  increase,
  type Local,
  load32,
  load64,
  loop,
  mul,
  or,
  ret,
  set,
  shl,
  store32,
  store64,
  sub,
  tee,
  unreachable,
  type Value,
  when,
  xor,
} from "./instructions.ts";
import { blockSize, control, type MemoryPlan, segmentBytes } from "./memory-map.ts";
import { callEffect, type FunctionRef, type Global, type ModuleBuilder, setGlobal } from "./module-builder.ts";
import type { JudgeState } from "./state-checks.ts";

export interface Store {
  /** Inserts the batch's successors. */
  readonly insertBatch: FunctionRef;
  /** `(first, last)`: enters stored states into the table again, after it has grown and was cleared. */
  readonly reinsert: FunctionRef;
  /** Ends the worker's current segment, so that its states belong to the level that ends. */
  readonly closeSegment: FunctionRef;
}

/** The block of indices that a worker fills. */
export interface BlockVariables {
  readonly next: Global<"i32">;
  readonly end: Global<"i32">;
  /** The first index that is in no segment yet. */
  readonly open: Global<"i32">;
  /** The table's size less one. */
  readonly mask: Global<"i32">;
  /** Keeps the values of loads that only warm the cache from being optimised away. */
  readonly sink: Global<"i32">;
}

export function stateStore(
  builder: ModuleBuilder,
  plan: MemoryPlan,
  worker: WorkerVariables,
  own: BlockVariables,
  { record }: Expansion,
  judge: JudgeState,
): Store {
  const indexMask = i32(2 ** plan.indexBits - 1);
  const tagMask = i32(~(2 ** plan.indexBits - 1));
  const words = plan.stride / 4;
  const entryAt = (hash: Value<"i32">): Value<"i32"> => add(i32(plan.tableAt), shl(and(hash, own.mask), i32(2)));

  const closeSegment = builder.func(
    [],
    undefined,
    (_, scope) => {
      const at = scope.local("i32");
      return [
        when(eq(own.open, own.next), [ret()]),
        set(at, atomicAdd32(i32(0), i32(1), control.segments)),
        when(geU(at, i32(plan.maxSegments)), [unreachable]),
        set(at, add(i32(plan.segmentsAt), mul(at, i32(segmentBytes)))),
        store32(at, own.open),
        store32(at, own.next, 4),
        // States found while a level is expanded belong to the next one.
        store32(at, add(load32(i32(0), control.depth), i32(1)), 8),
        setGlobal(own.open, own.next),
      ];
    },
    "closeSegment",
  );

  const takeBlock = builder.func([], undefined, (_, scope) => {
    const first = scope.local("i32");
    return [
      callEffect(closeSegment),
      set(first, shl(atomicAdd32(i32(0), i32(1), control.nextBlock), i32(Math.log2(blockSize)))),
      // The pause threshold leaves room for what all workers may still insert; this is only the last line of defence.
      when(gtU(add(first, i32(blockSize)), i32(plan.maxStates)), [unreachable]),
      setGlobal(own.next, first),
      setGlobal(own.open, first),
      setGlobal(own.end, add(first, i32(blockSize))),
    ];
  });

  /** Two passes before the insertion itself: by then the lines it needs are on their way to the cache. */
  const warm = builder.func([], undefined, (_, scope) => {
    const state = scope.local("i32");
    const hashes = scope.local("i32");
    const end = scope.local("i32");
    const sink = scope.local("i32");
    const short = scope.local("i32");
    const hash = scope.local("i64");
    const hashesStart = add(worker.area, i32(plan.hashesIn));
    return [
      set(state, add(worker.area, i32(plan.successorsIn))),
      set(hashes, hashesStart),
      set(end, add(hashes, shl(worker.batchCount, i32(2)))),
      forEach(hashes, end, 4, [
        ...hashInto(hash, state, words),
        store32(hashes, tee(short, tableHash(hash))),
        set(sink, xor(sink, load32(entryAt(short)))),
        increase(state, i32(plan.stride)),
      ]),
      set(hashes, hashesStart),
      forEach(hashes, end, 4, [
        set(short, load32(entryAt(load32(hashes)))),
        when(short, [set(sink, xor(sink, load32(stateAddress(plan, sub(and(short, indexMask), i32(1))))))]),
      ]),
      setGlobal(own.sink, sink),
    ];
  });

  const insertBatch = builder.func([], undefined, (_, scope) => {
    const state = scope.local("i32");
    const hashes = scope.local("i32");
    const moves = scope.local("i32");
    const end = scope.local("i32");
    const tag = scope.local("i32");
    const slot = scope.local("i32");
    const entry = scope.local("i32");
    const other = scope.local("i32");
    const fresh = scope.local("i32");
    const added = scope.local("i32");

    const insert = block((done) => [
      set(slot, load32(hashes)),
      set(tag, and(slot, tagMask)),
      set(slot, entryAt(slot)),
      set(fresh, i32(1)),
      loop((probe) => [
        set(entry, atomicLoad32(slot)),
        when(eqz(entry), [
          // The first empty slot on the way: the state is new, or somebody else is just inserting it.
          when(fresh, [
            ...judge(load32(moves, 4), state, scope, (mask) => [
              callEffect(record, load32(moves), load32(moves, 4), mask, state),
              br(done),
            ]),
            when(eq(own.next, own.end), [callEffect(takeBlock)]),
            set(other, stateAddress(plan, own.next)),
            ...copyState(words, state, other),
            set(fresh, i32(0)),
          ]),
          set(entry, atomicCompareExchange32(slot, i32(0), or(tag, add(own.next, i32(1))))),
          when(eqz(entry), [setGlobal(own.next, add(own.next, i32(1))), increase(added, i32(1)), br(done)]),
        ]),
        when(eqz(and(xor(entry, tag), tagMask)), [
          set(other, stateAddress(plan, sub(and(entry, indexMask), i32(1)))),
          brIf(done, equalStates(words, state, other)),
        ]),
        set(slot, nextSlot(slot, plan, own)),
        br(probe),
      ]),
    ]);
    return [
      callEffect(warm),
      set(state, add(worker.area, i32(plan.successorsIn))),
      set(moves, add(worker.area, i32(plan.movesIn))),
      set(hashes, add(worker.area, i32(plan.hashesIn))),
      set(end, add(hashes, shl(worker.batchCount, i32(2)))),
      forEach(hashes, end, 4, [insert, increase(state, i32(plan.stride)), increase(moves, i32(8))]),
      when(added, [drop(atomicAdd32(i32(0), added, control.states))]),
    ];
  });

  const reinsert = builder.func(
    ["i32", "i32"],
    undefined,
    ([index, last], scope) => {
      const hash = scope.local("i64");
      const short = scope.local("i32");
      const slot = scope.local("i32");
      const entry = scope.local("i32");
      return [
        forEach(index, last, 1, [
          ...hashInto(hash, stateAddress(plan, index), words),
          set(short, tableHash(hash)),
          set(slot, entryAt(short)),
          set(entry, or(and(short, tagMask), add(index, i32(1)))),
          // Stored states differ from each other, so only the place is sought.
          loop((probe) => [
            when(atomicCompareExchange32(slot, i32(0), entry), [set(slot, nextSlot(slot, plan, own)), br(probe)]),
          ]),
        ]),
      ];
    },
    "reinsert",
  );

  return { insertBatch, reinsert, closeSegment };
}

/** Runs `body` while `at` is below `end`. */
function forEach(at: Local<"i32">, end: Local<"i32">, step: number, body: readonly Effect[]): Effect {
  return block((done) => [loop((again) => [brIf(done, geU(at, end)), ...body, increase(at, i32(step)), br(again)])]);
}

function nextSlot(slot: Value<"i32">, plan: MemoryPlan, { mask }: BlockVariables): Value<"i32"> {
  const table = i32(plan.tableAt);
  return add(table, and(add(sub(slot, table), i32(4)), shl(mask, i32(2))));
}

function copyState(words: number, from: Value<"i32">, to: Value<"i32">): readonly Effect[] {
  const effects: Effect[] = [];
  for (let word = 0; word < words; word += 2) {
    if (word + 1 < words) effects.push(store64(to, load64(from, word * 4), word * 4));
    else effects.push(store32(to, load32(from, word * 4), word * 4));
  }
  return effects;
}

function equalStates(words: number, a: Value<"i32">, b: Value<"i32">): Value<"i32"> {
  let equal: Value<"i32"> | undefined;
  for (let word = words - (words % 2 === 0 ? 2 : 1); word >= 0; word -= 2) {
    const pair =
      word + 1 < words ? eq(load64(a, word * 4), load64(b, word * 4)) : eq(load32(a, word * 4), load32(b, word * 4));
    equal = equal === undefined ? pair : choose(pair, equal, i32(0));
  }
  return equal ?? i32(1);
}
