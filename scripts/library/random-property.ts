/**
 * Well-typed random properties from the whole language of docs/properties.md, over any names. Each choice takes a number
 * from a tape. So fast-check shrinks a failing property by shrinking the tape: zeros, and the end of the tape, choose
 * the simplest form.
 */
import type { EventType } from "../../src/ir/program.ts";
import type { Schema, SchemaValue } from "../../src/ir/schema.ts";
import type { ValueType } from "../../src/ir/types.ts";

export type Shape =
  | { readonly kind: "bool" }
  | { readonly kind: "int" }
  | { readonly kind: "enum"; readonly name: string; readonly literals: readonly string[] }
  | { readonly kind: "record"; readonly name: string; readonly fields: Readonly<Record<string, Shape>> }
  | { readonly kind: "list"; readonly of: Shape; readonly length: number };

type ListShape = Extract<Shape, { kind: "list" }>;

/** Something that has a name in the property, or a path to it. */
interface Named {
  readonly text: string;
  readonly shape: Shape;
}

/** A record that may refer to an element of a list. `when`: whether it does. `position`: the element's position. */
export interface Link {
  readonly record: string;
  readonly when: string;
  readonly position: string;
  readonly list: string;
}

export interface Vocabulary {
  readonly names: Readonly<Record<string, Shape>>;
  readonly links?: readonly Link[];
  /** Only positions inside the list, for readers that treat others as errors. Otherwise any number is a position. */
  readonly positions?: (list: ListShape, elements: readonly Named[]) => readonly string[];
}

const bool: Shape = { kind: "bool" };
const int: Shape = { kind: "int" };

/** The names of the state; with `ofStep` also of the state before, of the step and of the event. */
export function vocabularyOf(
  schema: Schema,
  ofStep?: {
    readonly event: EventType | undefined;
    readonly step: Readonly<Record<"actors" | "procedures" | "labels", readonly string[]>>;
  },
): Vocabulary {
  const fields = (values: Readonly<Record<string, SchemaValue>>): Readonly<Record<string, Shape>> =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, shapeOf(value)]));
  const now = fields(schema(false));
  if (ofStep === undefined) return { names: now };
  const { event, step } = ofStep;
  const names = (name: string, literals: readonly string[]): Shape => ({ kind: "enum", name, literals });
  return {
    names: {
      ...now,
      old: { kind: "record", name: "old", fields: now },
      step: {
        kind: "record",
        name: "step",
        fields: {
          actor: names("Actor", step.actors),
          procedure: names("Procedure", step.procedures),
          label: names("Label", step.labels),
        },
      },
      ...(event === undefined || event.parameters.length === 0
        ? {}
        : {
            event: {
              kind: "record",
              name: event.name,
              fields: Object.fromEntries(event.parameters.map(({ name, type }) => [name, shapeOfType(type)])),
            },
          }),
    },
  };
}

function shapeOf(value: SchemaValue): Shape {
  switch (value.kind) {
    case "scalar":
      return shapeOfType(value.expr.type);
    case "record":
      return {
        kind: "record",
        name: value.name,
        fields: Object.fromEntries(Object.entries(value.fields).map(([name, field]) => [name, shapeOf(field)])),
      };
    case "list":
      return { kind: "list", of: shapeOf(value.at(0)), length: value.length };
  }
}

function shapeOfType(type: ValueType): Shape {
  switch (type.kind) {
    case "int":
      return int;
    case "bool":
      return bool;
    case "enum":
      return { kind: "enum", name: type.name, literals: [...type.literals, ...(type.absent ?? [])] };
    case "word":
      return {
        kind: "record",
        name: type.name,
        fields: Object.fromEntries(type.fields.map(({ name, type: of }) => [name, shapeOfType(of)])),
      };
  }
}

type Choice = () => string;

export function randomProperty(tape: readonly number[], { names, links = [], positions }: Vocabulary): string {
  let position = 0;
  let variables = 0;
  const pick = <T>(options: readonly T[]): T => options[(tape[position++] ?? 0) % options.length] as T;
  const globals = Object.entries(names).map(([text, shape]): Named => ({ text, shape }));
  const everywhere = globals.flatMap(paths);
  return make(bool, 5, []);

  /** Everything that can be reached by paths of fields. */
  function paths({ text, shape }: Named): readonly Named[] {
    const here: Named = { text, shape };
    if (shape.kind !== "record") return [here];
    const fields = Object.entries(shape.fields).flatMap(([name, of]) => paths({ text: `${text}.${name}`, shape: of }));
    return [here, ...fields];
  }

  function known(locals: readonly Named[]): readonly Named[] {
    return [...locals.flatMap(paths), ...everywhere];
  }

  function make(shape: Shape, depth: number, locals: readonly Named[]): string {
    const simple = leaves(shape, locals);
    const composed = depth <= 0 ? [] : forms(shape, depth - 1, locals);
    if (simple.length === 0 && composed.length === 0) return forced(shape, locals);
    // Near the root a leaf would make the property trivial.
    return pick(depth >= 3 && composed.length > 0 ? composed : [...simple, ...composed])();
  }

  function leaves(shape: Shape, locals: readonly Named[]): readonly Choice[] {
    // Variables of the surrounding macros matter more than all other names.
    const own = locals.flatMap(paths).filter((one) => isAlike(one.shape, shape));
    const all = known([]).filter((one) => isAlike(one.shape, shape));
    const named = [...own, ...own, ...all].map(
      ({ text }): Choice =>
        () =>
          text,
    );
    switch (shape.kind) {
      case "bool":
        return named.length === 0 ? [() => "true", () => "false"] : [() => pick(["true", "false"]), ...named];
      case "int":
        return [() => String(pick([0, 1, 2, 3, -1])), ...named];
      case "enum":
        return [() => JSON.stringify(pick(shape.literals)), ...named];
      default:
        return named;
    }
  }

  /** For a shape that no name has: the first element of a list of such values, even if the list may be empty. */
  function forced(shape: Shape, locals: readonly Named[]): string {
    const of = known(locals).find((one) => one.shape.kind === "list" && isAlike(one.shape.of, shape));
    if (of === undefined) throw new Error(`nothing has the shape ${JSON.stringify(shape)}`);
    return `${of.text}[0]`;
  }

  function listsOf(locals: readonly Named[], wanted: (shape: ListShape) => boolean = () => true): readonly Named[] {
    return known(locals).filter(({ shape }) => shape.kind === "list" && wanted(shape));
  }

  function fresh(shape: Shape): Named {
    return { text: `x${variables++}`, shape };
  }

  function forms(shape: Shape, depth: number, locals: readonly Named[]): readonly Choice[] {
    const sub = (of: Shape, more: readonly Named[] = []) => make(of, depth, [...locals, ...more]);
    const conditional = () => `(${sub(bool)} ? ${sub(shape)} : ${sub(shape)})`;
    const lists = listsOf(locals);
    const elements = listsOf(locals, ({ of, length }) => length > 0 && paths({ text: "", shape: of }).some(isHere));
    function isHere(one: Named): boolean {
      return isAlike(one.shape, shape);
    }
    const atPosition = () => {
      const list = pick(elements);
      const of = list.shape as ListShape;
      const numbers = known(locals).filter(({ shape: { kind } }) => kind === "int");
      const inside = positions?.(of, locals) ?? [
        ...Array.from({ length: of.length }, (_, at) => String(at)),
        ...numbers.map(({ text }) => text),
        `${sub(int)} + 0`,
      ];
      return pick(paths({ text: `${list.text}[${pick(inside)}]`, shape: of.of }).filter(isHere)).text;
    };
    const common = [conditional, ...(elements.length === 0 ? [] : [atPosition])];
    switch (shape.kind) {
      case "bool":
        return [...booleans(depth, locals, lists), ...common];
      case "int":
        return [
          () => `(${sub(int)} ${pick(["+", "-", "*"])} ${sub(int)})`,
          () => `-(${sub(int)})`,
          ...(lists.length === 0
            ? []
            : [
                () => `size(${anyList(depth, locals)})`,
                () => `${anyList(depth, locals)}.size()`,
                () => `${mapped(int, depth, locals)}.sum()`,
              ]),
          ...common,
        ];
      case "record":
      case "enum":
        return common;
      case "list":
        return [conditional, () => filtered(shape, depth, locals)];
    }
  }

  function booleans(depth: number, locals: readonly Named[], lists: readonly Named[]): readonly Choice[] {
    const sub = (of: Shape, more: readonly Named[] = []) => make(of, depth, [...locals, ...more]);
    const macro = () => {
      const list = pick(lists);
      const variable = fresh((list.shape as ListShape).of);
      const plain = () => list.text;
      const source = pick([plain, plain, () => filtered(list.shape as ListShape, depth - 1, locals)])();
      return `${source}.${pick(["all", "exists", "exists_one"])}(${variable.text}, ${sub(bool, [variable])})`;
    };
    const enums = known(locals).filter(({ shape }) => shape.kind === "enum");
    const records = known(locals).filter(({ shape }) => shape.kind === "record" && shape.name !== "old");
    const linked = linkedBy(locals);
    const equals = () => pick(["==", "!="]);
    return [
      ...(lists.length === 0 ? [] : Array<Choice>(7).fill(macro)),
      () => `(${sub(bool)} && ${sub(bool)})`,
      () => `(${sub(bool)} || ${sub(bool)})`,
      () => `!(${sub(bool)})`,
      () => `(${sub(bool)}) == (${sub(bool)})`,
      () => `${sub(int)} ${pick(["<", "<=", ">", ">=", "==", "!="])} ${sub(int)}`,
      () => `${sub(int)} in ${pick([() => `[${sub(int)}, ${sub(int)}]`, () => mapped(int, depth, locals)])()}`,
      ...(enums.length === 0
        ? []
        : [
            () => {
              const one = pick(enums);
              return `${one.text} ${equals()} ${sub(one.shape)}`;
            },
            () => {
              const one = pick(enums);
              const { literals } = one.shape as Extract<Shape, { kind: "enum" }>;
              return `${one.text} in [${JSON.stringify(pick(literals))}, ${JSON.stringify(pick(literals))}]`;
            },
          ]),
      ...(records.length === 0
        ? []
        : [
            () => {
              const one = pick(records);
              const others = records.filter((other) => other !== one && isAlike(other.shape, one.shape));
              return `${one.text} ${equals()} ${others.length === 0 ? sub(one.shape) : pick(others).text}`;
            },
          ]),
      ...(lists.length === 0
        ? []
        : [
            () => `${mapped(bool, depth, locals)} ${equals()} ${mapped(bool, depth, locals)}`,
            () => `${mapped(bool, depth, locals)} ${equals()} [${sub(bool)}, ${sub(bool)}]`,
          ]),
      ...linked.map(({ when, position: at, list }): Choice => {
        const { of } = names[list] as ListShape;
        return () => {
          const field = pick(paths({ text: `${list}[${at}]`, shape: of }).filter(({ shape }) => shape.kind === "bool"));
          return `(${when} && ${pick([field.text, `!${field.text}`])})`;
        };
      }),
      ...linked.flatMap((one) =>
        linked.flatMap((other): readonly Choice[] =>
          one.position === other.position || one.list !== other.list
            ? []
            : [() => `(${one.when} && ${other.when} && ${one.position} ${equals()} ${other.position})`],
        ),
      ),
    ];
  }

  function linkedBy(locals: readonly Named[]): readonly Omit<Link, "record">[] {
    return locals.flatMap(({ text, shape }) =>
      links
        .filter(({ record, list }) => shape.kind === "record" && shape.name === record && list in names)
        .map(({ when, position: at, list }) => ({ when: `${text}.${when}`, position: `${text}.${at}`, list })),
    );
  }

  function anyList(depth: number, locals: readonly Named[]): string {
    const list = pick(listsOf(locals));
    return pick([() => list.text, () => filtered(list.shape as ListShape, depth, locals)])();
  }

  function filtered(list: ListShape, depth: number, locals: readonly Named[]): string {
    const source = pick(listsOf(locals, ({ of }) => isAlike(of, list.of))).text;
    const variable = fresh(list.of);
    return `${source}.filter(${variable.text}, ${make(bool, Math.min(depth, 2) - 1, [...locals, variable])})`;
  }

  /** A list of scalars, made of another list. */
  function mapped(to: Shape, depth: number, locals: readonly Named[]): string {
    const list = pick(listsOf(locals));
    const variable = fresh((list.shape as ListShape).of);
    const inside = [...locals, variable];
    const value = make(to, Math.min(depth, 2) - 1, inside);
    const condition =
      to.kind === "int" ? pick([undefined, () => make(bool, Math.min(depth, 2) - 1, inside)]) : undefined;
    return `${list.text}.map(${variable.text}, ${condition === undefined ? "" : `${condition()}, `}${value})`;
  }
}

function isAlike(one: Shape, other: Shape): boolean {
  if (one.kind === "enum" && other.kind === "enum") return one.name === other.name;
  if (one.kind === "record" && other.kind === "record") {
    return one.name === other.name && Object.keys(one.fields).join() === Object.keys(other.fields).join();
  }
  if (one.kind === "list" && other.kind === "list") return isAlike(one.of, other.of);
  return one.kind === other.kind;
}
