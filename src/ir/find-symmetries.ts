/** Finds where the scalarsets of a program occur in its states (symmetry.ts says what they are for). */
import type { Actor, CarriedUse, Program, SymmetricUse, Symmetry } from "./program.ts";
import { rolesIn, type Scalarset } from "./types.ts";
import type { Variable } from "./variable.ts";

/** Actors that are the elements of a scalarset, in the order of its elements. */
export interface AlikeActors {
  readonly set: Scalarset;
  readonly actors: readonly number[];
}

type Placed = Pick<Program, "actors" | "variables" | "events" | "slotOf" | "slots">;

/** The scalarsets that the types and dimensions of the variables name, and those of alike actors. */
export function findSymmetries(program: Placed, alike: readonly AlikeActors[]): readonly Symmetry[] {
  const sets = new Set<Scalarset>(alike.map(({ set }) => set));
  for (const { type, dimensions } of program.variables) {
    for (const { role } of rolesIn(type)) sets.add(role.set);
    for (const { roles = [] } of dimensions) for (const { set } of roles) sets.add(set);
  }
  const found = [...sets].map((set) => {
    const own = alike.find((group) => group.set === set);
    const ofActors = own === undefined ? [] : actorRows(program, own);
    const rows = [...ofActors, ...program.variables.flatMap((variable) => rowsOf(program, variable, set))];
    const { name, elements } = set;
    return {
      name,
      elements,
      size: elements.length,
      rows,
      uses: usesOf(program, set),
      carried: carriedUses(program, set),
      actors: own?.actors,
    };
  });
  const naming = new Set(found.flatMap(({ uses }) => uses.map(({ slot }) => slot)));
  return found.map((symmetry): Symmetry => ({ ...symmetry, sortBy: sortingRows(program, symmetry.rows, naming) }));
}

/** The number that a 64-bit key can hold. */
function sortingRows(
  { slots }: Placed,
  rows: readonly (readonly number[])[],
  naming: ReadonlySet<number>,
): readonly (readonly number[])[] {
  let bits = 0;
  return rows.filter((row) => {
    const [slot] = row.map((number) => slots[number]);
    if (slot === undefined || row.some((number) => naming.has(number))) return false;
    bits += 32 - Math.clz32(slot.max - slot.min);
    return bits <= 64;
  });
}

function actorRows(program: Placed, { set, actors: members }: AlikeActors): readonly (readonly number[])[] {
  const columns = members.map((member) => actorSlots(program, program.actors[member]));
  const shapes = columns.map((column) =>
    JSON.stringify(column.map((slot) => ({ ...program.slots[slot], name: undefined }))),
  );
  if (new Set(shapes).size !== 1) throw new Error(`the actors of ${set.name} are not alike`);
  return (columns[0] ?? []).map((_, position) => columns.map((column) => column[position] ?? -1));
}

/** The slots of an actor's program counter and registers. */
function actorSlots({ slotOf }: Placed, actor: Actor | undefined): readonly number[] {
  if (actor === undefined) throw new Error("a scalarset names an actor that does not exist");
  return [...new Set([actor.pc, ...actor.registers].map((variable) => slotOf.get(variable) ?? -1))];
}

/** For each choice of the other indices, the elements' slots. */
function rowsOf({ slotOf }: Placed, variable: Variable, set: Scalarset): readonly (readonly number[])[] {
  const axis = variable.dimensions.findIndex(({ roles = [] }) => roles.some((role) => role.set === set));
  const role = variable.dimensions[axis]?.roles?.find((one) => one.set === set);
  if (role === undefined) return [];
  const first = slotOf.get(variable) ?? -1;
  const inner = variable.dimensions.slice(axis + 1).reduce((n, { labels }) => n * labels.length, 1);
  const length = variable.dimensions[axis]?.labels.length ?? 0;
  const rows: number[][] = [];
  for (let outer = 0; outer < variable.size; outer += length * inner)
    for (let rest = 0; rest < inner; rest++) rows.push(role.values.map((at) => first + outer + at * inner + rest));
  return rows;
}

function usesOf({ variables, slotOf }: Placed, set: Scalarset): readonly SymmetricUse[] {
  const uses = new Map<string, SymmetricUse>();
  for (const variable of variables) {
    const first = slotOf.get(variable) ?? -1;
    for (const { role, field } of rolesIn(variable.type)) {
      if (role.set !== set) continue;
      for (let slot = first; slot < first + variable.size; slot++)
        // Registers that share a slot have the same roles.
        uses.set(`${slot} ${field?.shift}`, { slot, field, values: role.values });
    }
  }
  return [...uses.values()].sort((a, b) => a.slot - b.slot);
}

function carriedUses({ events }: Placed, set: Scalarset): readonly CarriedUse[] {
  return events.flatMap(({ name, parameters }) =>
    parameters.flatMap(({ type }, argument) =>
      rolesIn(type).flatMap(({ role, field }) =>
        role.set === set ? [{ event: name, argument, field, values: role.values }] : [],
      ),
    ),
  );
}
