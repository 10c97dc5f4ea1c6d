/** States in which no actor has anything under way: the values of the machine's variables, each kept once. */
import { evaluate, type State } from "../../src/ir/evaluate.ts";
import type { Expr } from "../../src/ir/expression.ts";
import { initialState } from "../../src/ir/interpreter.ts";
import { at } from "../../src/ir/lookup.ts";
import { firstSlot, type Program } from "../../src/ir/program.ts";
import { canonicalState } from "../../src/ir/symmetry.ts";
import { buildRun } from "../../src/model/build-model.ts";
import type { Machine } from "../../src/model/machine/machine.ts";

export interface RestState {
  /** The same for equal states of one keeper. */
  readonly id: number;
  /** The values of the machine's variables. */
  readonly values: State;
}

export interface RestStates {
  readonly start: RestState;
  /**
   * Forgets ghosts, on which nothing depends, and what follows the machine's variables. States in which only the numbers
   * of pages differ are one state.
   */
  readonly keep: (state: State) => RestState;
  readonly evaluate: (expr: Expr, state: RestState) => number;
  /** The slot that an expression reads in a state. It must be an element of a variable. */
  readonly slotOf: (expr: Expr, state: RestState) => number;
}

export function keepRestStates(machine: Machine): RestStates {
  const idle: Program = buildRun(machine, () => []);
  const size = machine.variables.reduce((sum, variable) => sum + variable.size, 0);
  const initial = initialState(idle);
  const ghosts = machine.variables
    .filter(({ ghost }) => ghost)
    .flatMap((variable) => Array.from({ length: variable.size }, (_, element) => firstSlot(idle, variable) + element));
  const kept = new Map<string, RestState>();

  function keep(state: State): RestState {
    const whole = initial.slice();
    whole.set(state.subarray(0, size));
    for (const slot of ghosts) whole[slot] = at(initial, slot);
    const values = canonicalState(idle.symmetries, whole).state.slice(0, size);
    const key = keyOf(values);
    const known = kept.get(key);
    if (known !== undefined) return known;
    const fresh = { id: kept.size, values };
    kept.set(key, fresh);
    return fresh;
  }

  return {
    start: keep(initial),
    keep,
    evaluate: (expr, { values }) => evaluate(idle, expr, values),
    slotOf: (expr, { values }) => {
      if (expr.op !== "load") throw new TypeError("only an element of a variable has a slot");
      return firstSlot(idle, expr.variable) + evaluate(idle, expr.index, values);
    },
  };
}

/** The whole state as text. */
export function keyOf(state: State): string {
  return Buffer.from(state.buffer, state.byteOffset, state.byteLength).toString("latin1");
}
