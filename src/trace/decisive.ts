/**
 * Which values decided something: each of them, had it alone been another, would have changed it. That is found by trying
 * others, so it needs no knowledge of what a program means.
 */
import type { State } from "../ir/evaluate.ts";
import { type SlotIndex, slotIndex } from "../ir/indices.ts";
import { at } from "../ir/lookup.ts";
import { firstSlot, type Location, type Program } from "../ir/program.ts";
import type { Variable } from "../ir/variable.ts";
import { allStatements, expressionsOf, variablesRead } from "../ir/visit.ts";
import type { Seen } from "./format.ts";
import { seenAt } from "./state-view.ts";

/** Of a range this large every value is tried; of a larger one its ends, and those that differ in a bit. */
const mostValues = 16;

export function decisiveValues(
  program: Program,
  state: State,
  variables: Iterable<Variable>,
  isChanged: (state: State) => boolean,
): readonly Seen[] {
  const seen: Seen[] = [];
  const pcs = new Set(program.actors.map(({ pc }) => pc));
  for (const variable of variables) {
    if (variable.actor !== undefined || pcs.has(variable)) continue;
    const first = firstSlot(program, variable);
    for (let element = 0; element < variable.size; element++) {
      const decides = otherValues(program, slotIndex(first + element), state).some((value) => {
        const other = state.slice();
        other[first + element] = value;
        return isChanged(other);
      });
      if (decides) seen.push(seenAt(program, state, variable, element));
    }
  }
  return seen;
}

function otherValues({ slots }: Program, slot: SlotIndex, state: State): readonly number[] {
  const { min, max } = at(slots, slot);
  const value = at(state, slot);
  const all = Array.from({ length: Math.min(mostValues, max - min + 1) }, (_, i) => min + i);
  const near = max - min < mostValues ? [] : [max, ...Array.from({ length: 31 }, (_, bit) => value ^ (1 << bit))];
  return [...new Set([...all, ...near])].filter((other) => other !== value && other >= min && other <= max);
}

/** What a step looks at, and what it may assign, as far as other actors can see it too. */
export function variablesOf(location: Location): ReadonlySet<Variable> {
  const variables = new Set<Variable>();
  for (const statement of allStatements(location.body))
    for (const expr of expressionsOf(statement)) variablesRead(expr, variables);
  return variables;
}
