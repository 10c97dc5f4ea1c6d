/**
 * Expressions in a normal form: two that differ only by the order of commuting parts are one object. Conjunctions,
 * disjunctions, sums and products are flat and sorted, negations stand at the leaves, and a chain of tests of one value
 * against constants is a table. Two expressions with the same form have the same value in every state; the converse
 * need not hold.
 */
import { applyBinary } from "../../ir/expression.ts";
import type { SlotIndex } from "../../ir/indices.ts";

export type Part = "actor" | "procedure" | "label";

export type NodeShape =
  | { readonly op: "const"; readonly value: number }
  /** A slot of the state, or of the state before the step. */
  | { readonly op: "slot"; readonly slot: SlotIndex; readonly old: boolean }
  /** The slot `first + index`, or `beyond` if the index is not from 0 to `size - 1`. */
  | {
      readonly op: "element";
      readonly first: SlotIndex;
      readonly size: number;
      readonly beyond: number;
      readonly old: boolean;
      readonly index: Node;
    }
  | { readonly op: "argument"; readonly position: number }
  | { readonly op: "step"; readonly part: Part }
  /** A constant and terms, each with a factor. */
  | { readonly op: "sum"; readonly terms: readonly Term[]; readonly plus: number }
  | { readonly op: "and" | "or"; readonly parts: readonly Node[] }
  | { readonly op: "not"; readonly value: Node }
  | { readonly op: "=="; readonly left: Node; readonly right: Node }
  | { readonly op: "<"; readonly left: Node; readonly right: Node }
  | { readonly op: "*" | "&" | "|"; readonly left: Node; readonly right: Node }
  | { readonly op: "select"; readonly condition: Node; readonly then: Node; readonly otherwise: Node }
  /** The value of the case to which the subject is equal, or `otherwise`; the cases are in ascending order. */
  | {
      readonly op: "table";
      readonly subject: Node;
      readonly cases: readonly { readonly when: number; readonly then: Node }[];
      readonly otherwise: Node;
    }
  | { readonly op: "field"; readonly word: Node; readonly shift: number; readonly bits: number }
  | {
      readonly op: "with";
      readonly word: Node;
      readonly shift: number;
      readonly bits: number;
      readonly value: Node;
    };

export interface Term {
  readonly node: Node;
  readonly times: number;
}

export type Range = readonly [min: number, max: number];

export type Node = NodeShape & {
  /** Distinct for each form. */
  readonly id: number;
  readonly range: Range;
  /** Whether the value is always 0 or 1. */
  readonly isTruth: boolean;
};

export type NormalForms = ReturnType<typeof normalForms>;

/** Makes nodes. Nodes made by the same maker can be compared by identity. */
export function normalForms() {
  const known = new Map<string, Node>();

  function made(key: string, range: Range, shape: NodeShape): Node {
    const there = known.get(key);
    if (there !== undefined) return there;
    const node = { ...shape, id: known.size, range, isTruth: range[0] >= 0 && range[1] <= 1 } as Node;
    known.set(key, node);
    return node;
  }

  const constant = (value: number): Node => made(`const ${value}`, [value, value], { op: "const", value });
  const [no, yes] = [constant(0), constant(1)];

  const slot = (number: SlotIndex, old: boolean, range: Range): Node =>
    made(`slot ${number} ${old}`, range, { op: "slot", slot: number, old });

  function element(
    of: { first: SlotIndex; size: number; beyond: number; old: boolean },
    index: Node,
    range: Range,
  ): Node {
    const { first, size, beyond, old } = of;
    return made(`element ${first} ${size} ${beyond} ${old} ${index.id}`, hull(range, [beyond, beyond]), {
      op: "element",
      first,
      size,
      beyond,
      old,
      index,
    });
  }

  const argument = (position: number, range: Range): Node =>
    made(`argument ${position}`, range, { op: "argument", position });

  const step = (part: Part, range: Range): Node => made(`step ${part}`, range, { op: "step", part });

  function sum(given: readonly Term[], constantPart = 0): Node {
    let plus = constantPart;
    const times = new Map<Node, number>();
    const count = (node: Node, often: number) => times.set(node, (times.get(node) ?? 0) + often);
    for (const { node, times: often } of given) {
      if (node.op === "const") plus += often * node.value;
      else if (node.op === "sum") {
        plus += often * node.plus;
        for (const term of node.terms) count(term.node, often * term.times);
      } else count(node, often);
    }
    const terms = [...times].filter(([, often]) => often !== 0).map(([node, often]) => ({ node, times: often }));
    const [only] = terms;
    if (only === undefined) return constant(plus);
    if (terms.length === 1 && only.times === 1 && plus === 0) return only.node;
    terms.sort((a, b) => a.node.id - b.node.id);
    const range = terms.reduce<Range>(
      ([min, max], { node, times: often }) => {
        const [low, high] = productOf(node.range, [often, often]);
        return [min + low, max + high];
      },
      [plus, plus],
    );
    const key = terms.map(({ node, times: often }) => `${often}*${node.id}`).join(" ");
    return made(`sum ${plus} ${key}`, range, { op: "sum", terms, plus });
  }

  function product(one: Node, other: Node): Node {
    if (one.op === "const") return sum([{ node: other, times: one.value }]);
    if (other.op === "const") return product(other, one);
    const [left, right] = inOrder(one, other);
    return made(`* ${left.id} ${right.id}`, productOf(left.range, right.range), { op: "*", left, right });
  }

  /** Conjunctions and disjunctions use each part as a truth value. */
  function junction(op: "and" | "or", parts: readonly Node[]): Node {
    const [neutral, decisive] = op === "and" ? [yes, no] : [no, yes];
    const distinct = new Set<Node>();
    for (const part of parts) {
      const value = truth(part);
      if (value === decisive) return decisive;
      if (value.op === op) for (const inner of value.parts) distinct.add(inner);
      else if (value !== neutral) distinct.add(value);
    }
    const terms = [...distinct];
    if (terms.length === 0) return neutral;
    if (terms.length === 1) return terms[0] as Node;
    terms.sort((a, b) => a.id - b.id);
    return made(`${op} ${terms.map(({ id }) => id).join(" ")}`, [0, 1], { op, parts: terms });
  }

  const and = (parts: readonly Node[]): Node => junction("and", parts);
  const or = (parts: readonly Node[]): Node => junction("or", parts);

  /** 1 if the value is not 0. */
  const truth = (value: Node): Node => (value.isTruth ? value : not(equal(value, no)));

  function not(value: Node): Node {
    switch (value.op) {
      case "const":
        return value.value === 0 ? yes : no;
      case "not":
        return truth(value.value);
      case "and":
        return or(value.parts.map(not));
      case "or":
        return and(value.parts.map(not));
      default:
        if (!value.isTruth) return equal(value, no);
        return made(`not ${value.id}`, [0, 1], { op: "not", value });
    }
  }

  function equal(one: Node, other: Node): Node {
    if (one === other) return yes;
    if (one.range[1] < other.range[0] || other.range[1] < one.range[0]) return no;
    const [left, right] = inOrder(one, other);
    const fixed = left.op === "const" ? left : right;
    const rest = fixed === left ? right : left;
    if (fixed.op === "const" && rest.isTruth) return fixed.value === 1 ? rest : not(rest);
    return made(`== ${left.id} ${right.id}`, [0, 1], { op: "==", left, right });
  }

  function less(left: Node, right: Node): Node {
    if (left.range[1] < right.range[0]) return yes;
    if (left.range[0] >= right.range[1]) return no;
    return made(`< ${left.id} ${right.id}`, [0, 1], { op: "<", left, right });
  }

  function bits(op: "&" | "|", one: Node, other: Node): Node {
    if (one.op === "const" && other.op === "const") return constant(applyBinary(op, one.value, other.value));
    const [left, right] = inOrder(one, other);
    const least = Math.min(left.range[0], right.range[0]);
    const most = 2 ** (32 - Math.clz32(Math.max(left.range[1], right.range[1]))) - 1;
    return made(`${op} ${left.id} ${right.id}`, least < 0 ? [-(2 ** 31), 2 ** 31] : [0, most], { op, left, right });
  }

  function select(condition: Node, then: Node, otherwise: Node): Node {
    const test = truth(condition);
    if (test.op === "const") return test.value !== 0 ? then : otherwise;
    if (then === otherwise) return then;
    if (test.op === "not") return select(test.value, otherwise, then);
    if (then.isTruth && otherwise.isTruth) return or([and([test, then]), and([not(test), otherwise])]);
    if (test.op === "==") {
      const { left, right } = test;
      if (right.op === "const") return table(left, [{ when: right.value, then }], otherwise);
      if (left.op === "const") return table(right, [{ when: left.value, then }], otherwise);
    }
    return made(`select ${test.id} ${then.id} ${otherwise.id}`, hull(then.range, otherwise.range), {
      op: "select",
      condition: test,
      then,
      otherwise,
    });
  }

  /** If two cases have the same value, the first one counts. */
  function table(
    subject: Node,
    given: readonly { readonly when: number; readonly then: Node }[],
    otherwise: Node,
  ): Node {
    if (subject.op === "const") return given.find((one) => one.when === subject.value)?.then ?? otherwise;
    const inner = otherwise.op === "table" && otherwise.subject === subject ? otherwise : undefined;
    const rest = inner?.otherwise ?? otherwise;
    const byValue = new Map([...given, ...(inner?.cases ?? [])].reverse().map((one) => [one.when, one]));
    const cases = [...byValue.values()].filter(({ then }) => then !== rest).sort((a, b) => a.when - b.when);
    if (cases.length === 0) return rest;
    const key = cases.map((one) => `${one.when}:${one.then.id}`).join(" ");
    const range = cases.reduce<Range>((sofar, { then }) => hull(sofar, then.range), rest.range);
    return made(`table ${subject.id} ${rest.id} ${key}`, range, { op: "table", subject, cases, otherwise: rest });
  }

  function field(word: Node, shift: number, width: number): Node {
    if (word.op === "const") return constant((word.value >>> shift) & (2 ** width - 1));
    return made(`field ${word.id} ${shift} ${width}`, [0, 2 ** width - 1], { op: "field", word, shift, bits: width });
  }

  function withField(word: Node, shift: number, width: number, value: Node): Node {
    const key = `with ${word.id} ${shift} ${width} ${value.id}`;
    return made(key, [0, 2 ** 30], { op: "with", word, shift, bits: width, value });
  }

  return {
    constant,
    slot,
    element,
    argument,
    step,
    sum,
    product,
    and,
    or,
    not,
    truth,
    equal,
    less,
    bits,
    select,
    table,
    field,
    withField,
  };
}

const inOrder = (one: Node, other: Node): readonly [Node, Node] => (one.id < other.id ? [one, other] : [other, one]);

const hull = ([a, b]: Range, [c, d]: Range): Range => [Math.min(a, c), Math.max(b, d)];

function productOf([a, b]: Range, [c, d]: Range): Range {
  const ends = [a * c, a * d, b * c, b * d];
  return [Math.min(...ends), Math.max(...ends)];
}
