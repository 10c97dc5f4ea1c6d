/**
 * Which actors need not move from a state, because their moves lead to states that are found in another way: the sleep
 * sets of P. Godefroid, "Partial-order methods for the verification of concurrent systems" (1996), in a form for strict
 * levels. They leave out transitions to known states, but no state and no count. docs/internals/search.md has the argument.
 *
 * For each state a byte is kept, with a bit for each of the first actors. It is known when the state is found: if actor
 * `b` moved from a state in which an actor `a` before it could move too, and their steps are independent, `a` sleeps in
 * the successor.
 */
import type { Program } from "../../../ir/program.ts";
import type { Property } from "../../../ir/property.ts";
import type { ExchangePlan } from "../../../memory/exchange-plan.ts";
import { choiceShift, footprintBytes } from "../../../memory/memory-map.ts";
import type { MemoryPlan } from "../../../memory/memory-plan.ts";
import { everyStep, stepBits } from "../../analysis/independence.ts";
import {
  add,
  and,
  type Effect,
  eq,
  eqz,
  i32,
  i64,
  increase,
  type Local,
  load8,
  load64,
  mul,
  or,
  set,
  shl,
  shrU,
  store8,
  sub,
  type Value,
  when,
} from "../encoder/instructions.ts";
import type { FunctionScope } from "../encoder/module-builder.ts";
import type { WorkerVariables } from "../step/instance-variables.ts";

type I32 = Value<"i32">;

/** The part of an expansion that lets actors sleep. Actors are named by their position in the program. */
export interface Sleepers {
  /** Before the first actor moves from `parent`, with the next successor's move at `move`. */
  begin(parent: I32, move: Local<"i32">): readonly Effect[];
  /** Before an actor moves from its location. */
  beforeActor(actor: number, place: I32): readonly Effect[];
  /** Whether the actor sleeps; undefined if it never does. */
  sleeps(actor: number): I32 | undefined;
  /** A move of a sleeping actor, which leads to no successor of the batch. */
  leaveOut(move: I32): Effect;
  /** After an actor has moved in all ways. */
  afterActor(actor: number, moved: I32): readonly Effect[];
  /** Notes who will sleep in a successor of the batch. */
  readonly keep: readonly Effect[];
  /**
   * After the last actor: takes the first move that was left out if nothing else leads on, so that there is a successor to
   * note for `can-always-finish`. Always the same actor's, so that notes seldom go round in a circle.
   */
  end(move: I32, take: (place: I32, choice: I32) => readonly Effect[]): Effect;
}

const mostSleepers = 8;

/** Undefined if no actor ever sleeps. */
export function sleepersOf(
  plan: MemoryPlan,
  { area, leavesOut }: WorkerVariables,
  scope: FunctionScope,
): Sleepers | undefined {
  const { sleepersAt, sleepersIn, movesIn, footprintsAt } = plan;
  if (sleepersAt === undefined) return undefined;
  const sleeping = scope.local("i32");
  const falling = scope.local("i32");
  const start = scope.local("i32");
  const leftOut = scope.local("i32");
  const someLeftOut = scope.local("i32");
  const next = scope.local("i32");
  const own = { touched: scope.local("i64"), written: scope.local("i64") };
  const first = Array.from({ length: mostSleepers }, () => ({
    touched: scope.local("i64"),
    written: scope.local("i64"),
  }));
  const bitsOf = (actor: number) => first[actor] ?? own;
  return {
    begin: (parent, move) => [
      set(sleeping, and(load8(add(i32(sleepersAt), parent)), leavesOut)),
      set(start, move),
      set(someLeftOut, i32(0)),
      // There is a byte for each move of eight.
      set(next, add(area, add(i32(sleepersIn), shrU(sub(sub(move, area), i32(movesIn)), i32(3))))),
    ],
    beforeActor(actor, place) {
      const { touched, written } = bitsOf(actor);
      const at = add(i32(footprintsAt), mul(place, i32(footprintBytes)));
      const asleep = first.slice(0, actor).map((other, bit) => {
        const conflict = or(and(other.written, touched), and(written, other.touched));
        return shl(eqz(conflict), i32(bit));
      });
      return [
        set(touched, load64(at)),
        set(written, load64(at, 8)),
        set(
          falling,
          asleep.reduce<I32>((all, one) => or(all, one), i32(0)),
        ),
      ];
    },
    sleeps: (actor) => (actor < mostSleepers ? and(sleeping, i32(1 << actor)) : undefined),
    leaveOut: (move) => when(eqz(someLeftOut), [set(leftOut, move), set(someLeftOut, i32(1))]),
    afterActor(actor, moved) {
      if (actor >= mostSleepers) return [];
      return [when(eqz(moved), [set(bitsOf(actor).written, i64(everyStep))])];
    },
    keep: [store8(next, falling), increase(next, i32(1))],
    end: (move, take) =>
      when(and(someLeftOut, eq(move, start)), [
        set(falling, i32(0)),
        ...take(and(leftOut, i32(2 ** choiceShift - 1)), shrU(leftOut, i32(choiceShift))),
      ]),
  };
}

/** The byte of a new state, taken from its move in the batch. */
export function keepSleepers(
  plan: MemoryPlan,
  { area }: Pick<WorkerVariables, "area">,
  move: I32,
  index: I32,
): readonly Effect[] {
  if (plan.sleepersAt === undefined) return [];
  return [store8(add(i32(plan.sleepersAt), index), load8(besideMove(plan, area, move), plan.sleepersIn))];
}

/** The same if the state belongs to another rank: the byte waits beside the state. */
export function sendSleepers(
  plan: MemoryPlan & { readonly exchange: ExchangePlan },
  { area }: Pick<WorkerVariables, "area">,
  { owner, number, move }: Readonly<Record<"owner" | "number" | "move", I32>>,
): readonly Effect[] {
  if (plan.sleepersAt === undefined) return [];
  const { sleepersAt, roomForWaiting } = plan.exchange;
  const place = add(add(i32(sleepersAt), mul(owner, i32(roomForWaiting))), number);
  return [store8(place, load8(besideMove(plan, area, move), plan.sleepersIn))];
}

/** Takes the byte of a move along to another place of the batch. */
export function moveSleepers(
  plan: MemoryPlan,
  { area }: Pick<WorkerVariables, "area">,
  from: I32,
  to: I32,
): readonly Effect[] {
  if (plan.sleepersAt === undefined) return [];
  const { sleepersIn } = plan;
  return [store8(besideMove(plan, area, to), load8(besideMove(plan, area, from), sleepersIn), sleepersIn)];
}

/** The address of a move's byte, less `sleepersIn`. */
function besideMove({ movesIn }: MemoryPlan, area: I32, move: I32): I32 {
  return add(area, shrU(sub(sub(move, area), i32(movesIn)), i32(3)));
}

/** Fills the table at `footprintsAt`. */
export function fillFootprints(
  memory: ArrayBufferLike,
  { footprintsAt, sleepersAt }: MemoryPlan,
  program: Program,
  properties: readonly Property[],
): void {
  if (sleepersAt === undefined) return;
  const bits = stepBits(program, properties).flatMap(({ touched, written }) => [touched, written]);
  new BigUint64Array(memory, footprintsAt, bits.length).set(bits);
}
