/** Finds where the scalarsets of a program occur in its states (symmetry.ts says what they are for). */
import { type SlotIndex, slotIndex } from "./indices.ts";
import { at, required } from "./lookup.ts";
import { type Actor, type CarriedUse, firstSlot, type Program, type SymmetricUse, type Symmetry } from "./program.ts";
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
  rows: readonly (readonly SlotIndex[])[],
  naming: ReadonlySet<SlotIndex>,
): readonly (readonly SlotIndex[])[] {
  let bits = 0;
  return rows.filter((row) => {
    if (row.some((number) => naming.has(number))) return false;
    const { min, max } = at(slots, at(row, 0));
    bits += 32 - Math.clz32(max - min);
    return bits <= 64;
  });
}

function actorRows(program: Placed, { set, actors: members }: AlikeActors): readonly (readonly SlotIndex[])[] {
  const columns = members.map((member) => actorSlots(program, at(program.actors, member)));
  const shapes = columns.map((column) =>
    JSON.stringify(column.map((slot) => ({ ...program.slots[slot], name: undefined }))),
  );
  if (new Set(shapes).size !== 1) throw new Error(`the actors of ${set.name} are not alike`);
  return at(columns, 0).map((_, position) => columns.map((column) => at(column, position)));
}

/** The slots of an actor's program counter and registers. */
function actorSlots(program: Placed, actor: Actor): readonly SlotIndex[] {
  return [...new Set([actor.pc, ...actor.registers].map((variable) => firstSlot(program, variable)))];
}

/** The slots of the elements: one list for each combination of the other indices. */
function rowsOf(program: Placed, variable: Variable, set: Scalarset): readonly (readonly SlotIndex[])[] {
  const axis = variable.dimensions.findIndex(({ roles = [] }) => roles.some((role) => role.set === set));
  if (axis < 0) return [];
  const { labels, roles = [] } = at(variable.dimensions, axis);
  const { values } = required(
    roles.find((role) => role.set === set),
    "the role of the dimension",
  );
  const first = firstSlot(program, variable);
  const inner = variable.dimensions.slice(axis + 1).reduce((n, dimension) => n * dimension.labels.length, 1);
  const rows: SlotIndex[][] = [];
  for (let outer = 0; outer < variable.size; outer += labels.length * inner)
    for (let rest = 0; rest < inner; rest++)
      rows.push(values.map((value) => slotIndex(first + outer + value * inner + rest)));
  return rows;
}

function usesOf(program: Placed, set: Scalarset): readonly SymmetricUse[] {
  const uses = new Map<string, SymmetricUse>();
  for (const variable of program.variables) {
    const first = firstSlot(program, variable);
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
