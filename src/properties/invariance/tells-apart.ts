/**
 * Whether an expression can tell apart what a symmetry permutes. It cannot if it has the same value in any two states (or
 * steps) that differ by a permutation of the elements: that is shown by rewriting it for the permuted state, and finding
 * the expression itself again. Where that is not shown, it is taken to tell the elements apart.
 */
import type { Expr } from "../../ir/expression.ts";
import type { Program, Symmetry } from "../../ir/program.ts";
import type { Permutation } from "../../ir/symmetry.ts";
import { type Node, normalForms } from "./normal-form.ts";
import { normalizerOf } from "./normalize.ts";
import { permuterOf } from "./permuted.ts";

/** Whether an expression might tell the symmetry's elements apart; `event` is the one whose arguments it reads. */
export type TellsApart = (expr: Expr, event: string | undefined, symmetry: Symmetry) => boolean;

/** One for each permutation that generates all. */
type Permuters = readonly ((node: Node) => Node | undefined)[];

/** Remembers what it worked out, as expressions have parts in common. */
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

/** An exchange of two, and moving all on by one: every permutation comes of them. */
function generators(size: number): readonly Permutation[] {
  const elements = Array.from({ length: size }, (_, element) => element);
  const exchange = elements.map((element) => (element < 2 && size > 1 ? 1 - element : element));
  const rotation = elements.map((element) => (element + 1) % size);
  return size <= 2 ? [exchange] : [exchange, rotation];
}
