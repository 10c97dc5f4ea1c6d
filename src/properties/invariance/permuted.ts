/**
 * Expressions after a permutation. Given an expression `e` and a permutation of a scalarset's elements, this finds
 * another expression that in every state has the value that `e` has in the permuted state. It works from the leaves
 * upward: a slot reads the value that was moved there; a value that stands for an element is renamed; and each operator
 * passes the renaming on if its meaning allows that (two numbers that are renamed alike are compared as before; a
 * lookup by a renamed number finds what moved with it). If an operator does not allow it, as with an order of elements,
 * there is no result.
 */
import { type SlotIndex, slotIndex } from "../../ir/indices.ts";
import type { Program, Symmetry } from "../../ir/program.ts";
import type { Permutation } from "../../ir/symmetry.ts";
import { type Moves, movesOf } from "./moved-slots.ts";
import { type Facts, whereFalse, whereTrue } from "./nonzero-words.ts";
import type { Node, NormalForms } from "./normal-form.ts";
import { rangeOfSlot } from "./normalize.ts";
import {
  inverseOf,
  isAlike,
  isUnchanged,
  leaves,
  type Renamed,
  type Renaming,
  rename,
  renamedBy,
  shifted,
  unchanged,
} from "./renaming.ts";

/** The permuted value is the value of `node`, renamed, in all states in which the words of `needs` are not 0. */
interface Permuted {
  readonly node: Node;
  readonly renamed: Renamed;
  readonly needs: Facts;
}

const none: Facts = new Set();
/** Marks an expression in the cache that has no permuted form. */
const nowhere = "nowhere";

/** More numbers than any index has. */
const widest = 4096;

/** `event` is the event whose arguments the expressions read. Undefined if the expression has no permuted form. */
export function permuterOf(
  program: Program,
  forms: NormalForms,
  symmetry: Symmetry,
  permutation: Permutation,
  event: string | undefined,
): (node: Node) => Node | undefined {
  const moves: Moves = movesOf(program, symmetry, permutation);
  const known = new Map<Node, Permuted | typeof nowhere>();

  function permuted(node: Node): Permuted | undefined {
    const there = known.get(node);
    if (there !== undefined) return there === nowhere ? undefined : there;
    const value = made(node);
    known.set(node, value ?? nowhere);
    return value;
  }

  function made(node: Node): Permuted | undefined {
    switch (node.op) {
      case "const":
        return plain(node);
      case "slot": {
        const slot = moves.from(node.slot);
        const from = forms.slot(slot, node.old, rangeOfSlot(program, slot));
        return { node: from, renamed: moves.renamedAt(node.slot), needs: none };
      }
      case "element":
        return element(node);
      case "argument": {
        const uses = symmetry.carried.filter((use) => use.event === event && use.argument === node.position);
        return { node, renamed: renamedBy(uses, permutation), needs: none };
      }
      case "step": {
        const by = moves.ofStep(node.part);
        return by && { node, renamed: { whole: by, fields: [] }, needs: none };
      }
      case "sum":
        return sum(node);
      case "*":
      case "&":
      case "|":
        return unrenamed([node.left, node.right], ([left, right]) =>
          node.op === "*" ? forms.product(left, right) : forms.bits(node.op, left, right),
        );
      case "and":
      case "or":
        return junction(node);
      case "not": {
        const value = truth(permuted(node.value));
        return value && { ...value, node: forms.not(value.node) };
      }
      case "==": {
        const sides = alike([permuted(node.left), permuted(node.right)]);
        if (sides === undefined || sides.renamed.fields.length > 0) return undefined;
        const [left, right] = sides.nodes as [Node, Node];
        return plain(forms.equal(left, right), sides.needs);
      }
      case "<":
        return less(node);
      case "select":
        return select(node);
      case "table":
        return table(node);
      case "field":
        return field(node);
      case "with":
        return unrenamed([node.word, node.value], ([word, value]) =>
          forms.withField(word, node.shift, node.bits, value),
        );
    }
  }

  const plain = (node: Node, needs: Facts = none): Permuted => ({ node, renamed: unchanged, needs });

  /** If the renaming leaves every number in the value's range alone, the value counts as not renamed. */
  function withoutIdleRenaming(value: Permuted | undefined): Permuted | undefined {
    if (value === undefined || value.renamed.fields.length > 0) return value;
    return leaves(value.renamed.whole, value.node.range) ? { ...value, renamed: unchanged } : value;
  }

  function unrenamed(
    [one, other]: readonly [Node, Node],
    make: (nodes: readonly [Node, Node]) => Node,
  ): Permuted | undefined {
    const [left, right] = [withoutIdleRenaming(permuted(one)), withoutIdleRenaming(permuted(other))];
    if (left === undefined || right === undefined) return undefined;
    if (!isUnchanged(left.renamed) || !isUnchanged(right.renamed)) return undefined;
    return plain(make([left.node, right.node]), union([left.needs, right.needs]));
  }

  /**
   * Whether the renamed value differs from 0, that is, whether the value before the renaming differs from the number
   * that becomes 0.
   */
  function truth(value: Permuted | undefined): Permuted | undefined {
    if (value === undefined || value.renamed.fields.length > 0) return undefined;
    if (value.renamed.whole.size === 0) return value.node.isTruth ? value : { ...value, node: forms.truth(value.node) };
    const zero = forms.constant(rename(inverseOf(value.renamed.whole), 0));
    return plain(forms.not(forms.equal(value.node, zero)), value.needs);
  }

  /**
   * One renaming for all values: constants become what they are renamed to, and a value that the renaming leaves alone
   * may be renamed.
   */
  function alike(
    values: readonly (Permuted | undefined)[],
  ): { readonly nodes: readonly Node[]; readonly renamed: Renamed; readonly needs: Facts } | undefined {
    const all = values.map(withoutIdleRenaming);
    if (!all.every((value) => value !== undefined)) return undefined;
    const renamed = all.find((value) => !isUnchanged(value.renamed))?.renamed ?? unchanged;
    const back = inverseOf(renamed.whole);
    const nodes = all.map((value): Node | undefined => {
      if (isAlike(value.renamed, renamed)) return value.node;
      if (!isUnchanged(value.renamed)) return undefined;
      // A word 0 stays 0. Other words are not turned into constants.
      if (renamed.fields.length > 0)
        return value.node.op === "const" && value.node.value === 0 ? value.node : undefined;
      if (value.node.op === "const") return forms.constant(rename(back, value.node.value));
      return leaves(renamed.whole, value.node.range) ? value.node : undefined;
    });
    if (!nodes.every((node) => node !== undefined)) return undefined;
    return { nodes, renamed, needs: union(all.map(({ needs }) => needs)) };
  }

  function element(node: Extract<Node, { op: "element" }>): Permuted | undefined {
    const index = withoutIdleRenaming(permuted(node.index));
    if (index === undefined || index.renamed.fields.length > 0) return undefined;
    const { first, size, beyond, old } = node;
    const renamed = moves.renamedAt(first);
    for (let element = 0; element < size; element++) {
      const slot = slotIndex(first + element);
      const from = moves.from(slot) - first;
      if (from < 0 || from >= size || !isAlike(moves.renamedAt(slot), renamed)) return undefined;
    }
    const shift = shiftOf(index, first, size);
    if (shift === undefined) return undefined;
    const [min, max] = index.node.range;
    const mayLieBeyond = min < 0 || max >= size;
    // A word that does not exist is 0, which stays 0.
    if (mayLieBeyond && renamed.whole.has(beyond)) return undefined;
    const moved = forms.sum([{ node: index.node, times: 1 }], shift);
    const range = node.range;
    return { node: forms.element({ first, size, beyond, old }, moved, range), renamed, needs: index.needs };
  }

  /**
   * The number to add to an index, so that it finds the position where the element stood before; undefined if no single
   * number does this.
   */
  function shiftOf({ node, renamed: { whole } }: Permuted, first: SlotIndex, size: number): number | undefined {
    const before = (index: number): number => {
      const now = rename(whole, index);
      return now < 0 || now >= size ? now : moves.from(slotIndex(first + now)) - first;
    };
    // If no index is renamed and no element moves, nothing has to be added.
    const concerned = new Set([...Array(size).keys(), ...whole.keys()]);
    if ([...concerned].every((index) => before(index) === index)) return 0;
    const [min, max] = node.range;
    if (max - min > widest) return undefined;
    const shift = before(min) - min;
    for (let index = min; index <= max; index++) if (before(index) !== index + shift) return undefined;
    return shift;
  }

  function sum({ terms, plus }: Extract<Node, { op: "sum" }>): Permuted | undefined {
    const values = terms.map(({ node, times }) => {
      const value = withoutIdleRenaming(permuted(node));
      return value && { value, times };
    });
    if (!values.every((term) => term !== undefined)) return undefined;
    const renamed = values.filter(({ value }) => !isUnchanged(value.renamed));
    const needs = union(values.map(({ value }) => value.needs));
    const node = forms.sum(
      values.map(({ value, times }) => ({ node: value.node, times })),
      plus,
    );
    const [only] = renamed;
    if (only === undefined) return plain(node, needs);
    // A number that stands for an element, plus a constant, stands for the same element with another count.
    if (values.length > 1 || only.times !== 1 || only.value.renamed.fields.length > 0) return undefined;
    return { node, renamed: { whole: shifted(only.value.renamed.whole, plus), fields: [] }, needs };
  }

  /**
   * A part has to be right only in states in which the other parts do not decide the result. Another part may rely on
   * it only after it is known to be right.
   */
  function junction({ op, parts }: Extract<Node, { op: "and" | "or" }>): Permuted | undefined {
    const values = parts.map((part) => truth(permuted(part)));
    if (!values.every((value) => value !== undefined)) return undefined;
    const node = forms[op](values.map((value) => value.node));
    if (values.every(({ needs }) => needs.size === 0)) return plain(node);
    const learned = op === "and" ? whereTrue : whereFalse;
    let facts: Facts = none;
    let waiting: readonly Permuted[] = values;
    for (let before = -1; before !== waiting.length; ) {
      before = waiting.length;
      const right = waiting.filter(({ needs }) => isWithin(needs, facts));
      facts = union([facts, ...right.map((value) => learned(value.node))]);
      waiting = waiting.filter((value) => !right.includes(value));
    }
    return plain(node, without(union(waiting.map(({ needs }) => needs)), facts));
  }

  function less(node: Extract<Node, { op: "<" }>): Permuted | undefined {
    const [left, right] = [withoutIdleRenaming(permuted(node.left)), withoutIdleRenaming(permuted(node.right))];
    if (left === undefined || right === undefined) return undefined;
    const needs = union([left.needs, right.needs]);
    const answer = plain(forms.less(left.node, right.node), needs);
    if (isUnchanged(left.renamed) && isUnchanged(right.renamed)) return answer;
    if (left.renamed.fields.length + right.renamed.fields.length > 0) return undefined;
    // A renamed number stays on its side of a constant.
    const isKept = (by: Renaming, isThere: (value: number) => boolean): boolean =>
      [...by].every(([from, to]) => isThere(from) === isThere(to));
    const { node: l } = left;
    const { node: r } = right;
    if (r.op === "const" && isKept(left.renamed.whole, (value) => value < r.value)) return answer;
    if (l.op === "const" && isKept(right.renamed.whole, (value) => l.value < value)) return answer;
    return undefined;
  }

  function select(node: Extract<Node, { op: "select" }>): Permuted | undefined {
    const condition = truth(permuted(node.condition));
    const [then, otherwise] = [permuted(node.then), permuted(node.otherwise)];
    const sides = alike([then, otherwise]);
    if (condition === undefined || then === undefined || otherwise === undefined || sides === undefined)
      return undefined;
    const [left, right] = sides.nodes as [Node, Node];
    const needs = union([
      condition.needs,
      without(then.needs, whereTrue(condition.node)),
      without(otherwise.needs, whereFalse(condition.node)),
    ]);
    return { node: forms.select(condition.node, left, right), renamed: sides.renamed, needs };
  }

  function table({ subject, cases, otherwise }: Extract<Node, { op: "table" }>): Permuted | undefined {
    const of = withoutIdleRenaming(permuted(subject));
    if (of === undefined || of.renamed.fields.length > 0) return undefined;
    const back = inverseOf(of.renamed.whole);
    const whens = cases.map(({ when }) => rename(back, when));
    const values = [...cases.map(({ then }) => permuted(then)), permuted(otherwise)];
    const sides = alike(values);
    if (sides === undefined) return undefined;
    const tests = whens.map((when) => forms.equal(of.node, forms.constant(when)));
    const needs = values.map((value, position) => {
      const test = tests[position];
      const facts = test === undefined ? union(tests.map(whereFalse)) : whereTrue(test);
      return without(value?.needs ?? none, facts);
    });
    const moved = whens.map((when, position) => ({ when, then: sides.nodes[position] as Node }));
    return {
      node: forms.table(of.node, moved, sides.nodes.at(-1) as Node),
      renamed: sides.renamed,
      needs: union([of.needs, ...needs]),
    };
  }

  function field({ word, shift, bits }: Extract<Node, { op: "field" }>): Permuted | undefined {
    const of = permuted(word);
    if (of === undefined || of.renamed.whole.size > 0) return undefined;
    const node = forms.field(of.node, shift, bits);
    const { fields } = of.renamed;
    if (fields.length > 1) return undefined;
    const [use] = fields;
    if (use === undefined || use.shift + use.bits <= shift || shift + bits <= use.shift) return plain(node, of.needs);
    if (use.shift !== shift || use.bits !== bits) return undefined;
    // The field of a word 0 is 0, whichever element that stands for elsewhere.
    const needs = use.by.has(0) ? union([of.needs, new Set([of.node])]) : of.needs;
    return { node, renamed: { whole: use.by, fields: [] }, needs };
  }

  return (node) => {
    const value = truth(permuted(node));
    return value === undefined || value.needs.size > 0 ? undefined : value.node;
  };
}

function union(sets: readonly Facts[]): Facts {
  const filled = sets.filter(({ size }) => size > 0);
  if (filled.length <= 1) return filled[0] ?? none;
  return new Set(filled.flatMap((set) => [...set]));
}

function without(set: Facts, taken: Facts): Facts {
  return set.size === 0 ? set : new Set([...set].filter((word) => !taken.has(word)));
}

function isWithin(set: Facts, all: Facts): boolean {
  return [...set].every((word) => all.has(word));
}
