/**
 * The set of states, each known only by its fingerprint: an open-addressing table of 64-bit entries. A worker claims a
 * slot by an atomic compare-exchange from 0 to the fingerprint. If that succeeds, the worker owns a new state, and writes
 * it to its own block, to be expanded in the next level. No other worker reads it before all have met at the end of the
 * level. Entries are never removed, so a probe that meets an empty slot has seen every possible equal fingerprint.
 */

import type { MemoryPlan } from "../../../../memory/memory-plan.ts";
import {
  add,
  atomicCompareExchange64,
  atomicLoad64,
  br,
  brIf,
  type Effect,
  eq,
  eqz,
  i32,
  i64,
  type Label,
  type Local,
  load32,
  load64,
  loop,
  set,
  store64,
  type Value,
  when,
  xor,
} from "../../encoder/instructions.ts";
import { callEffect, type FunctionScope, setGlobal } from "../../encoder/module-builder.ts";
import { forEachProbe, forEachSuccessor, insertSuccessors } from "../../expand/successor-batch.ts";
import { canonise } from "../../step/canonical-form.ts";
import { recycledBlocks } from "../recycled-blocks.ts";
import type { Insertion, StoreParts } from "../store-code.ts";
import { copyState, stateAddress } from "../whole-states.ts";
import { type FingerprintedName, fingerprinter, homeOf, slotAfter } from "./fingerprint.ts";

/** A store that also knows states of earlier levels, which are not in the table. */
export interface EarlierStates {
  /** Brings the data that `isKnown` reads into the cache. Loads whose values are only added up do not wait. */
  readonly touch: (fingerprint: Value<"i64">) => readonly Value<"i32">[];
  /** Made once in each function: jumps to `known` if the state counts as seen. */
  readonly look: (scope: FunctionScope) => (fingerprint: Local<"i64">, known: Label) => readonly Effect[];
}

export function fingerprintInsertion(
  plan: MemoryPlan<FingerprintedName>,
  earlier: EarlierStates,
  { builder, worker, own, expanding: { record }, judge, canonical }: StoreParts,
): Insertion {
  const { needIndex, closeSegment } = recycledBlocks(builder, plan, own);

  /** Touches the lines of the table that a batch needs, so that their loads do not wait for each other. */
  const warm = builder.func([], undefined, (_, scope) => {
    const sink = scope.local("i32");
    const fingerprint = scope.local("i64");
    const { into } = fingerprinter(plan, scope);
    return [
      ...forEachSuccessor(plan, worker, scope, ({ state, probe }) => [
        ...canonise(plan, canonical, state),
        ...into(fingerprint, state),
        store64(probe, fingerprint),
      ]),
      ...forEachProbe(plan, worker, scope, (probe) => [
        set(sink, xor(sink, load32(homeOf(plan, load64(probe), own.mask)))),
        ...earlier.touch(load64(probe)).map((value) => set(sink, xor(sink, value))),
      ]),
      setGlobal(own.sink, sink),
    ];
  });

  const insertBatch = builder.func([], undefined, (_, scope) => {
    const slot = scope.local("i32");
    const mask = scope.local("i32");
    const fingerprint = scope.local("i64");
    const entry = scope.local("i64");
    const look = earlier.look(scope);
    const judging = { record, judge, canonical };
    return [
      callEffect(warm),
      set(mask, own.mask),
      ...insertSuccessors(plan, worker, scope, judging, ({ state, probe, done, judgeOnce, countIt }) => [
        set(fingerprint, load64(probe)),
        ...look(fingerprint, done),
        set(slot, homeOf(plan, fingerprint, mask)),
        loop((again) => [
          set(entry, atomicLoad64(slot)),
          when(eqz(entry), [
            // The first empty slot of the probe: the state is new, or another worker is just inserting it.
            judgeOnce([]),
            set(entry, atomicCompareExchange64(slot, i64(0n), fingerprint)),
            when(eqz(entry), [
              needIndex,
              ...copyState(plan.stride / 4, state, stateAddress(plan, own.next)),
              setGlobal(own.next, add(own.next, i32(1))),
              countIt,
              br(done),
            ]),
          ]),
          brIf(done, eq(entry, fingerprint)),
          set(slot, slotAfter(plan, slot, mask)),
          br(again),
        ]),
      ]),
    ];
  });

  return { insertBatch, closeSegment };
}
