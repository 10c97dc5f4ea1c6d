/**
 * Whether an expression can tell apart what a symmetry permutes. It cannot if it has the same value in any two states
 * (or steps) that differ by a permutation of the elements. To show that, the expression is rewritten for the permuted
 * state, and the result must be the expression itself. If this is not shown, the expression is assumed to tell the
 * elements apart.
 */
import type { Expr } from "../../ir/expression.ts";
import type { Program, Symmetry } from "../../ir/program.ts";
import type { Permutation } from "../../ir/symmetry.ts";
import { type Node, normalForms } from "./normal-form.ts";
import { normalizerOf } from "./normalize.ts";
import { permuterOf } from "./permuted.ts";

/** Whether an expression might tell the symmetry's elements apart. `event` is the event whose arguments it reads. */
export type TellsApart = (expr: Expr, event: string | undefined, symmetry: Symmetry) => boolean;

/** One for each permutation of a set that generates all permutations. */
type Permuters = readonly ((node: Node) => Node | undefined)[];

/** Remembers its results, because expressions have parts in common. */
export function distinguisherOf(program: Program): TellsApart {
  const forms = normalForms();
  const normal = normalizerOf(program, forms);
  const permuters = new Map<Symmetry, Map<string | undefined, Permuters>>();

  function permutersOf(symmetry: Symmetry, event: string | undefined): Permuters {
    const byEvent = permuters.get(symmetry) ?? new Map<string | undefined, Permuters>();
    permuters.set(symmetry, byEvent);
    const made =
      byEvent.get(event) ??
      generators(symmetry.size).map((permutation) => permuterOf(program, forms, symmetry, permutation, event));
    byEvent.set(event, made);
    return made;
  }

  return (expr, event, symmetry) => {
    const node = forms.truth(normal(expr));
    return !permutersOf(symmetry, event).every((permuted) => permuted(node) === node);
  };
}

/** A swap of two elements and a rotation of all: every permutation is composed of them. */
function generators(size: number): readonly Permutation[] {
  const elements = Array.from({ length: size }, (_, element) => element);
  const swap = elements.map((element) => (element < 2 && size > 1 ? 1 - element : element));
  const rotation = elements.map((element) => (element + 1) % size);
  return size <= 2 ? [swap] : [swap, rotation];
}
