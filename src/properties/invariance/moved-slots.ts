/** What a permutation of elements does to a program's slots, and to the names of its steps. */
import type { SlotIndex } from "../../ir/indices.ts";
import { at } from "../../ir/lookup.ts";
import type { Program, SymmetricUse, Symmetry } from "../../ir/program.ts";
import { stepNames } from "../../ir/step-vocabulary.ts";
import type { Permutation } from "../../ir/symmetry.ts";
import type { Part } from "./normal-form.ts";
import { type Renamed, type Renaming, renamedBy, renaming, same, unchanged } from "./renaming.ts";

export interface Moves {
  /** The slot whose value the given slot holds after the permutation. */
  readonly from: (slot: SlotIndex) => SlotIndex;
  /** How the value is renamed when it moves. */
  readonly renamedAt: (slot: SlotIndex) => Renamed;
  /** How a part of a step's name changes; undefined if that depends on more than the part. */
  readonly ofStep: (part: Part) => Renaming | undefined;
}

export function movesOf(program: Program, symmetry: Symmetry, permutation: Permutation): Moves {
  const from = new Map(
    symmetry.rows.flatMap((row) => row.map((slot, element) => [at(row, at(permutation, element)), slot] as const)),
  );
  const uses = new Map<number, SymmetricUse[]>();
  for (const use of symmetry.uses) uses.set(use.slot, [...(uses.get(use.slot) ?? []), use]);
  const renamed = new Map([...uses].map(([slot, own]) => [slot, renamedBy(own, permutation)]));
  return {
    from: (slot) => from.get(slot) ?? slot,
    renamedAt: (slot) => renamed.get(slot) ?? unchanged,
    ofStep: (part) => stepRenaming(program, symmetry, permutation, part),
  };
}

/** If actor A becomes actor B, each step of A becomes the step at the same position in B's program. */
function stepRenaming(
  program: Program,
  { actors }: Symmetry,
  permutation: Permutation,
  part: Part,
): Renaming | undefined {
  if (actors === undefined) return same;
  const becomes = renaming(actors, permutation);
  const names = new Map<number, number>();
  for (const location of program.locations) {
    const own = at(program.actors, location.actor);
    const other = at(program.actors, becomes.get(location.actor) ?? location.actor);
    const there = at(program.locations, location.id - own.first + other.first);
    const [name, now] = [stepNames(program, location)[part], stepNames(program, there)[part]];
    if ((names.get(name) ?? now) !== now) return undefined;
    names.set(name, now);
  }
  if (new Set(names.values()).size !== names.size) return undefined;
  return new Map([...names].filter(([name, now]) => name !== now));
}
