/**
 * The set of states, each known only by its fingerprint: an open-addressing table of 64-bit entries. A slot is claimed
 * by an atomic compare-exchange from 0 to the fingerprint; who succeeds owns a new state, and writes it to its own block
 * for the next level to expand. Nobody else reads it before all have met at the end of the level. Nothing is ever
 * removed from the table, so a probe that meets an empty slot has seen every equal fingerprint there could be.
 *
 * States are kept for two levels, the one that is expanded and the next. So a block belongs to one level only, and is
 * free again when that level is done (src/checker/recycled-blocks.ts).
 */
import { isSeen, lineOf } from "./bit-filter.ts";
import type { Expansion, WorkerVariables } from "./expansion.ts";
import { fingerprinter, homeOf, slotAfter } from "./fingerprint.ts";
import {
  add,
  atomicAdd32,
  atomicCompareExchange64,
  atomicLoad64,
  block,
  br,
  brIf,
  drop,
  eq,
  eqz,
  forEach,
  geU,
  i32,
  i64,
  increase,
  leS,
  load32,
  load64,
  loop,
  mul,
  ret,
  set,
  shl,
  store32,
  store64,
  unreachable,
  when,
  wrap,
  xor,
} from "./instructions.ts";
import { blockSize, control, type MemoryPlan, probeBytes, type Recycling, segmentBytes } from "./memory-map.ts";
import { callEffect, type FunctionRef, type ModuleBuilder, setGlobal } from "./module-builder.ts";
import type { JudgeState } from "./state-checks.ts";
import { type BlockVariables, canonise, type Store } from "./state-store.ts";
import { stateAddress } from "./stored-states.ts";
import { copyState } from "./whole-states.ts";

export function fingerprintStore(
  builder: ModuleBuilder,
  plan: MemoryPlan,
  recycling: Recycling,
  worker: WorkerVariables,
  own: BlockVariables,
  { record }: Expansion,
  judge: JudgeState,
  canonical: FunctionRef | undefined,
): Store {
  const { filter } = recycling;
  const closeSegment = closeSegmentFunction(builder, plan, own);
  const takeBlock = builder.func([], undefined, (_, scope) => {
    const free = scope.local("i32");
    const first = scope.local("i32");
    return [
      callEffect(closeSegment),
      set(free, atomicAdd32(i32(0), i32(-1), control.freeBlocks)),
      // The pause threshold leaves room for what all workers may still insert; this is only the last line of defence.
      when(leS(free, i32(0)), [unreachable]),
      set(first, shl(load32(add(i32(recycling.freeAt - 4), shl(free, i32(2)))), i32(Math.log2(blockSize)))),
      setGlobal(own.next, first),
      setGlobal(own.open, first),
      setGlobal(own.end, add(first, i32(blockSize))),
    ];
  });

  /** Touches the lines of the table that a batch needs, so that their loads do not wait for each other. */
  const warm = builder.func([], undefined, (_, scope) => {
    const state = scope.local("i32");
    const probe = scope.local("i32");
    const end = scope.local("i32");
    const sink = scope.local("i32");
    const fingerprint = scope.local("i64");
    const { into } = fingerprinter(plan, scope);
    return [
      set(state, add(worker.area, i32(plan.canonicalIn))),
      set(probe, add(worker.area, i32(plan.probesIn))),
      set(end, add(probe, shl(worker.batchCount, i32(3)))),
      forEach(probe, end, probeBytes, [
        ...canonise(plan, canonical, state),
        ...into(fingerprint, state),
        store64(probe, fingerprint),
        increase(state, i32(plan.stride)),
      ]),
      set(probe, add(worker.area, i32(plan.probesIn))),
      forEach(probe, end, probeBytes, [
        set(sink, xor(sink, load32(homeOf(plan, load64(probe), own.mask)))),
        ...(filter === undefined ? [] : [set(sink, xor(sink, load32(lineOf(filter, load64(probe)))))]),
      ]),
      setGlobal(own.sink, sink),
    ];
  });

  const insertBatch = builder.func([], undefined, (_, scope) => {
    const state = scope.local("i32");
    const probe = scope.local("i32");
    const moves = scope.local("i32");
    const end = scope.local("i32");
    const slot = scope.local("i32");
    const fresh = scope.local("i32");
    const added = scope.local("i32");
    const mask = scope.local("i32");
    const fingerprint = scope.local("i64");
    const entry = scope.local("i64");
    const [low, line] = [scope.local("i32"), scope.local("i32")];
    // What a step can have changed is known of the successor itself; which form of it is stored is not.
    const raw = canonical === undefined ? state : scope.local("i32");

    const insert = block((done) => [
      set(fingerprint, load64(probe)),
      ...(filter === undefined
        ? []
        : [set(low, wrap(fingerprint)), set(line, lineOf(filter, fingerprint)), brIf(done, isSeen(low, line))]),
      set(slot, homeOf(plan, fingerprint, mask)),
      set(fresh, i32(1)),
      loop((again) => [
        set(entry, atomicLoad64(slot)),
        when(eqz(entry), [
          // The first empty slot on the way: the state is new, or somebody else is just inserting it.
          when(fresh, [
            ...judge(load32(moves, 4), raw, scope, (violations) => [
              callEffect(record, load32(moves), load32(moves, 4), violations, raw),
              br(done),
            ]),
            set(fresh, i32(0)),
          ]),
          set(entry, atomicCompareExchange64(slot, i64(0n), fingerprint)),
          when(eqz(entry), [
            when(eq(own.next, own.end), [callEffect(takeBlock)]),
            ...copyState(plan.stride / 4, state, stateAddress(plan, own.next)),
            setGlobal(own.next, add(own.next, i32(1))),
            increase(added, i32(1)),
            br(done),
          ]),
        ]),
        brIf(done, eq(entry, fingerprint)),
        set(slot, slotAfter(plan, slot, mask)),
        br(again),
      ]),
    ]);
    return [
      callEffect(warm),
      set(mask, own.mask),
      set(state, add(worker.area, i32(plan.canonicalIn))),
      ...(raw === state ? [] : [set(raw, add(worker.area, i32(plan.successorsIn)))]),
      set(moves, add(worker.area, i32(plan.movesIn))),
      set(probe, add(worker.area, i32(plan.probesIn))),
      set(end, add(probe, shl(worker.batchCount, i32(3)))),
      forEach(probe, end, probeBytes, [
        insert,
        increase(state, i32(plan.stride)),
        ...(raw === state ? [] : [increase(raw, i32(plan.stride))]),
        increase(moves, i32(8)),
      ]),
      when(added, [drop(atomicAdd32(i32(0), added, control.states))]),
    ];
  });

  return { insertBatch, closeSegment };
}

/** What is left of the block stays unused, for the block must be of one level only. */
function closeSegmentFunction(builder: ModuleBuilder, plan: MemoryPlan, own: BlockVariables): FunctionRef {
  return builder.func(
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
        setGlobal(own.open, i32(0)),
        setGlobal(own.next, i32(0)),
        setGlobal(own.end, i32(0)),
      ];
    },
    "closeSegment",
  );
}
