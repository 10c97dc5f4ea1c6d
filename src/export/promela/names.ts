/** Names in the Promela text. We make all identifiers; text of the user appears only in comments. */
import { at } from "../../ir/lookup.ts";
import { firstSlot, type Program, type Slot } from "../../ir/program.ts";
import { elementName, type Variable } from "../../ir/variable.ts";

/** A variable of the Promela text: a variable of the program, or a slot that several registers share. */
export interface Cell {
  readonly name: string;
  /** Its slots are `first` to `first + size - 1`. */
  readonly first: number;
  readonly size: number;
  /** Added to every stored value, because SPIN's lists of initial values allow no negative numbers. */
  readonly bias: number;
  /** The meaning of its elements, in the program's names. */
  readonly about: string;
}

export interface Names {
  readonly cells: readonly Cell[];
  readonly cellOf: (variable: Variable) => Cell;
}

export function nameCells(program: Program): Names {
  const cells: Cell[] = [];
  const byVariable = new Map<Variable, Cell>();
  const bySlot = new Map<number, Cell>();
  const taken = new Set<string>();
  const pcs = new Map(program.actors.map(({ pc }, number) => [pc, number]));
  for (const variable of program.variables) {
    const first = firstSlot(program, variable);
    let cell = bySlot.get(first);
    if (cell === undefined) {
      const actor = pcs.get(variable);
      const wish =
        actor !== undefined
          ? `pc_${actor}`
          : variable.actor === undefined
            ? `v_${identifier(variable.name)}`
            : `r_${first}`;
      const slots = program.slots.slice(first, first + variable.size);
      const bias = slots.length > 1 ? Math.max(0, ...slots.map(({ min }) => -min)) : 0;
      cell = { name: unique(wish, taken), first, size: slots.length, bias, about: aboutCell(slots, variable) };
      cells.push(cell);
      bySlot.set(first, cell);
    }
    byVariable.set(variable, cell);
  }
  return {
    cells,
    cellOf(variable) {
      const cell = byVariable.get(variable);
      if (cell === undefined) throw new Error(`${variable.name} is not the program's`);
      return cell;
    },
  };
}

function aboutCell(slots: readonly Slot[], variable: Variable): string {
  if (variable.size === 1) return at(slots, 0).name;
  return Array.from({ length: variable.size }, (_, element) => elementName(variable, element)).join(", ");
}

function identifier(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9]+/g, "_");
}

function unique(wish: string, taken: Set<string>): string {
  let name = wish;
  for (let n = 2; taken.has(name); n++) name = `${wish}_${n}`;
  taken.add(name);
  return name;
}

/** Distinct identifiers for a list of names, in the same order. */
export function identifiers(prefix: string, names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => unique(prefix + identifier(name), taken));
}

/** Text that cannot end its comment, on one line, in ASCII. */
export function comment(text: string): string {
  return `/* ${text
    .replaceAll(/[^\x20-\x7e]/g, "?")
    .replaceAll("*/", "* /")
    .replaceAll("/*", "/ *")} */`;
}
