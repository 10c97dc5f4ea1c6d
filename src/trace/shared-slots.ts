import type { State } from "../ir/evaluate.ts";
import { type SlotIndex, slotIndex } from "../ir/indices.ts";
import { firstSlot, type Program } from "../ir/program.ts";

/** The slots of shared variables and ghosts, which do not belong to a single actor. */
export interface SharedSlots {
  readonly all: readonly SlotIndex[];
  /** The slots that hold plain numbers. */
  readonly counters: ReadonlySet<SlotIndex>;
}

const known = new WeakMap<Program, SharedSlots>();

export function sharedSlots(program: Program): SharedSlots {
  const made = known.get(program) ?? find(program);
  known.set(program, made);
  return made;
}

function find(program: Program): SharedSlots {
  const pcs = new Set(program.actors.map(({ pc }) => pc));
  const all: SlotIndex[] = [];
  const counters = new Set<SlotIndex>();
  for (const variable of program.variables) {
    if (variable.actor !== undefined || pcs.has(variable)) continue;
    const first = firstSlot(program, variable);
    const { type } = variable;
    for (let element = 0; element < variable.size; element++) {
      const slot = slotIndex(first + element);
      all.push(slot);
      if (type.kind === "int" && type.labels === undefined) counters.add(slot);
    }
  }
  return { all, counters };
}

export function changedSlots({ all }: SharedSlots, before: State, after: State): readonly SlotIndex[] {
  return all.filter((slot) => before[slot] !== after[slot]);
}
