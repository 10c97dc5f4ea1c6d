/** Makes the whole module that the workers run: steps, checks, store and the loop around them. */
import type { Layout } from "../../ir/layout.ts";
import type { Program, Symmetry } from "../../ir/program.ts";
import { hasCheck, type Property } from "../../ir/property.ts";
import { control, maxChecks } from "../../memory/memory-map.ts";
import type { MemoryPlan } from "../../memory/memory-plan.ts";
import {
  add,
  and,
  atomicLoad32,
  block,
  br,
  brIf,
  type Effect,
  eqz,
  geU,
  gtU,
  i32,
  i64,
  increase,
  load8,
  load32,
  load64,
  loop,
  ne,
  set,
  shl,
  shrU,
  sub,
  when,
} from "./encoder/instructions.ts";
import {
  call,
  callEffect,
  type FunctionRef,
  type ModuleBuilder,
  moduleBuilder,
  setGlobal,
} from "./encoder/module-builder.ts";
import { type Expansion, expansion } from "./expand/expansion.ts";
import { goesOnFunction } from "./liveness/goes-on.ts";
import { loopMovesFunctions } from "./liveness/loop-moves.ts";
import { rankCode } from "./ranks/rank-code.ts";
import { canonicalForm, canonise } from "./step/canonical-form.ts";
import type { WorkerVariables } from "./step/instance-variables.ts";
import { checksByKind, numberChecks } from "./step/property-bits.ts";
import { type JudgeState, judgeState, type StateChecks, stateChecks } from "./step/state-checks.ts";
import { type StepContext, stepFunction } from "./step/step-function.ts";
import { type BlockVariables, blockVariables } from "./store/block-variables.ts";
import { hashInto, tableHash } from "./store/hash.ts";
import type { BegunStore, Insertion } from "./store/store-code.ts";
import { storeCode } from "./store-codes.ts";

export interface SearchModule extends GeneratedModule {
  /** The module of each further memory; undefined if there are none. */
  readonly bank: Uint8Array<ArrayBuffer> | undefined;
}

export interface GeneratedModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** By location: the state checks that its step can affect; for the table in memory. */
  readonly groupOf: readonly number[];
}

export function checkerModule(
  program: Program,
  properties: readonly Property[],
  layout: Layout,
  plan: MemoryPlan,
  symmetries: readonly Symmetry[] = [],
): SearchModule {
  const module = beginModule(program, properties, layout, plan);
  const { builder, worker, judges, expanding, store } = module;
  const own = blockVariables(builder);
  const canonical = symmetries.length === 0 ? undefined : canonicalForm(builder, layout, symmetries);
  const parts = { ...module, own, canonical };
  const rank = rankCode(plan, { ...parts, addressOf: store.addressOf });
  const stored = rank?.parts ?? parts;
  const insertion = store.insertion(stored);
  const noteLoneRuns = goesOnFunction({ ...module, addressOf: store.addressOf }, plan);
  runFunction(builder, plan, worker, stored.expanding, insertion, noteLoneRuns);
  rank?.receive(insertion);
  if (plan.notesAt !== undefined) {
    const lookUp = store.lookup(stored);
    const askAbout = (expand: FunctionRef) => rank?.askAbout(expand) ?? expand;
    successorsFunction(builder, worker, askAbout(expanding.expand), lookUp);
    rank?.answer(lookUp);
    loopMovesFunctions({ ...module, addressOf: store.addressOf }, plan, { lookUp, askAbout });
  }
  setTableSize(builder, own);
  scanFunction(builder, plan, worker, expanding, canonical);
  return {
    bytes: builder.finish(plan.pages),
    bank: storeCode(plan).bankModule(plan),
    groupOf: judges.groupOf,
  };
}

/** The parts of every module that explores a program: its steps, its checks, and the expansion of a state. */
export interface ModuleParts {
  readonly builder: ModuleBuilder;
  readonly context: StepContext;
  readonly worker: WorkerVariables;
  readonly judges: StateChecks;
  readonly judge: JudgeState;
  readonly expanding: Expansion;
  readonly store: BegunStore;
}

export function beginModule(
  program: Program,
  properties: readonly Property[],
  layout: Layout,
  plan: MemoryPlan,
): ModuleParts {
  const checks = numberChecks(properties);
  if (checks.length > maxChecks)
    throw new RangeError(`at most ${maxChecks} checks can be made at once, not ${checks.length}`);
  const builder = moduleBuilder();
  const area = builder.parameter("area");
  const store = storeCode(plan).begin(builder, plan);
  const worker: WorkerVariables = {
    area,
    violationEnd: builder.variable(),
    batchCount: builder.variable(),
    leavesOut: builder.variable(),
  };

  const asksForLoops = properties.some((one) => hasCheck(one, "ends-alone") || hasCheck(one, "ends-together"));
  const endless = asksForLoops ? { finitelyOften: builder.variable(), unjudged: builder.variable() } : undefined;
  const context: StepContext = {
    program,
    layout,
    properties,
    checks: checksByKind(properties, checks),
    builder,
    endless,
  };
  const steps = program.locations.map((location) =>
    location.body.length === 0 ? undefined : stepFunction(context, location),
  );
  const judges = stateChecks(context);
  builder.setTable([...steps, ...judges.groups]);
  const judge = judgeState(builder, plan, judges, steps.length);
  const expanding = expansion(context, plan, worker, judge, store.addressOf);
  return { builder, context, worker, judges, judge, expanding, store };
}

/** `setTableSize(entries)`: each worker calls this when the table has a new size. */
function setTableSize(builder: ModuleBuilder, { mask }: BlockVariables): void {
  builder.func(["i32"], undefined, ([entries]) => [setGlobal(mask, sub(entries, i32(1)))], "setTableSize");
}

/**
 * `successors(first, last) -> next`: expands again. Each successor in the batch gets one more than its place in the
 * store, or 0 if it is not stored. `batchSize()` returns the number of successors.
 */
function successorsFunction(
  builder: ModuleBuilder,
  { batchCount }: WorkerVariables,
  expand: FunctionRef,
  lookUp: FunctionRef,
): void {
  builder.func([], "i32", () => [batchCount], "batchSize");
  builder.func(
    ["i32", "i32"],
    "i32",
    ([first, last], scope) => {
      const next = scope.local("i32");
      return [set(next, call(expand, "i32", first, last)), callEffect(lookUp, first, next), next];
    },
    "successors",
  );
}

function startOfViolations(plan: MemoryPlan, { area }: WorkerVariables) {
  return add(area, i32(plan.violationsIn));
}

/**
 * `run(first, last) -> next`: works on the parents `first` to `last - 1` until all are done, a pause is requested, the
 * store is full enough, or there are violations to collect. `violationsEnd()` returns the end of the violations.
 */
function runFunction(
  builder: ModuleBuilder,
  plan: MemoryPlan,
  worker: WorkerVariables,
  { expand }: Expansion,
  insertion: Insertion,
  noteLoneRuns: FunctionRef | undefined,
): void {
  builder.func([], "i32", () => [worker.violationEnd], "violationsEnd");
  builder.func(
    ["i32", "i32"],
    "i32",
    ([first, last], scope) => {
      const from = scope.local("i32");
      return [
        setGlobal(worker.violationEnd, startOfViolations(plan, worker)),
        // A violating successor is not stored. From then on, no state can be found through it.
        setGlobal(worker.leavesOut, sub(i32(0), eqz(load64(i32(0), control.found)))),
        block((end) => [
          loop((again) => [
            brIf(end, geU(first, last)),
            brIf(end, atomicLoad32(i32(0), control.pause)),
            brIf(end, gtU(atomicLoad32(i32(0), control.states), load32(i32(0), control.pauseAbove))),
            set(from, first),
            set(first, call(expand, "i32", first, last)),
            callEffect(insertion.insertBatch),
            ...(noteLoneRuns === undefined ? [] : [callEffect(noteLoneRuns, from, first)]),
            brIf(end, ne(worker.violationEnd, startOfViolations(plan, worker))),
            br(again),
          ]),
        ]),
        // To expand again means to want all successors.
        setGlobal(worker.leavesOut, i32(0)),
        first,
      ];
    },
    "run",
  );
}

/**
 * `scan(first, last, filter, shift) -> next`: expands again. The hash of each successor (in its canonical form), shifted
 * down by `shift`, selects a bit of the bitmap at `filter`. If the bit is set, the transition is recorded like a
 * violation, with mask 1.
 */
function scanFunction(
  builder: ModuleBuilder,
  plan: MemoryPlan,
  worker: WorkerVariables,
  { expand, record }: Expansion,
  canonical: FunctionRef | undefined,
): void {
  const words = plan.stride / 4;
  builder.func(
    ["i32"],
    "i32",
    ([state], scope) => {
      const hash = scope.local("i64");
      return [...hashInto(hash, state, words), tableHash(hash)];
    },
    "hash",
  );
  builder.func(
    ["i32", "i32", "i32", "i32"],
    "i32",
    ([first, last, filter, shift], scope) => {
      const state = scope.local("i32");
      const move = scope.local("i32");
      const end = scope.local("i32");
      const short = scope.local("i32");
      const hash = scope.local("i64");
      const test: readonly Effect[] = [
        ...canonise(plan, canonical, state),
        ...hashInto(hash, state, words),
        set(short, shrU(tableHash(hash), shift)),
        when(and(shrU(load8(add(filter, shrU(short, i32(3)))), and(short, i32(7))), i32(1)), [
          callEffect(record, load32(move), load32(move, 4), i64(1n), state),
        ]),
        increase(state, i32(plan.stride)),
        increase(move, i32(8)),
      ];
      return [
        setGlobal(worker.violationEnd, startOfViolations(plan, worker)),
        block((done) => [
          loop((again) => [
            brIf(done, geU(first, last)),
            set(first, call(expand, "i32", first, last)),
            set(state, add(worker.area, i32(plan.canonicalIn))),
            set(move, add(worker.area, i32(plan.movesIn))),
            set(end, add(move, shl(worker.batchCount, i32(3)))),
            block((batchDone) => [loop((next) => [brIf(batchDone, geU(move, end)), ...test, br(next)])]),
            brIf(done, ne(worker.violationEnd, startOfViolations(plan, worker))),
            br(again),
          ]),
        ]),
        first,
      ];
    },
    "scan",
  );
}
