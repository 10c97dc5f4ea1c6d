/**
 * WebAssembly instructions as TypeScript expressions. Each constructor returns a small node that can write itself. Nodes
 * are nested, like the folded instructions of the text format. The compiler checks the types i32 and i64. Nothing is
 * optimised here: V8 does that.
 */
import { type ByteWriter, writeSigned, writeSigned64, writeUnsigned } from "./byte-writer.ts";

export type ValueType = "i32" | "i64";

export interface Writer extends ByteWriter {
  /** The labels around the current instruction, outermost first; undefined for an `if` without a name. */
  readonly labels: (Label | undefined)[];
}

/** Leaves one value on the stack. */
export interface Value<T extends ValueType = ValueType> {
  readonly type: T;
  readonly write: (to: Writer) => void;
}

/** Leaves the stack as it was. */
export interface Effect {
  readonly write: (to: Writer) => void;
}

export interface Local<T extends ValueType> extends Value<T> {
  readonly index: number;
}

/** A target of `br`: the end of its block or the start of its loop. */
export interface Label {
  readonly kind: "block" | "loop";
}

export const typeCode = { i32: 0x7f, i64: 0x7e } as const;

function unary<T extends ValueType>(type: T, code: number, operand: Value): Value<T> {
  return {
    type,
    write(to) {
      operand.write(to);
      to.bytes.push(code);
    },
  };
}

function binary<T extends ValueType>(type: T, code: number, left: Value, right: Value): Value<T> {
  return {
    type,
    write(to) {
      left.write(to);
      right.write(to);
      to.bytes.push(code);
    },
  };
}

export function i32(value: number): Value<"i32"> {
  return {
    type: "i32",
    write(to) {
      to.bytes.push(0x41);
      writeSigned(to, value);
    },
  };
}

export function i64(value: bigint): Value<"i64"> {
  return {
    type: "i64",
    write(to) {
      to.bytes.push(0x42);
      writeSigned64(to, value);
    },
  };
}

type Pair = readonly [i32: number, i64: number];

function arithmetic(codes: Pair) {
  return <T extends ValueType>(left: Value<T>, right: Value<T>): Value<T> =>
    binary(left.type, left.type === "i32" ? codes[0] : codes[1], left, right);
}

function comparison(codes: Pair) {
  return <T extends ValueType>(left: Value<T>, right: Value<T>): Value<"i32"> =>
    binary("i32", left.type === "i32" ? codes[0] : codes[1], left, right);
}

export const add = arithmetic([0x6a, 0x7c]);
export const sub = arithmetic([0x6b, 0x7d]);
export const mul = arithmetic([0x6c, 0x7e]);
export const divU = arithmetic([0x6e, 0x80]);
export const remU = arithmetic([0x70, 0x82]);
export const and = arithmetic([0x71, 0x83]);
export const or = arithmetic([0x72, 0x84]);
export const xor = arithmetic([0x73, 0x85]);
export const shl = arithmetic([0x74, 0x86]);
export const shrU = arithmetic([0x76, 0x88]);
export const eq = comparison([0x46, 0x51]);
export const ne = comparison([0x47, 0x52]);
export const ltS = comparison([0x48, 0x53]);
export const ltU = comparison([0x49, 0x54]);
export const gtS = comparison([0x4a, 0x55]);
export const gtU = comparison([0x4b, 0x56]);
export const leS = comparison([0x4c, 0x57]);
export const geS = comparison([0x4e, 0x59]);
export const geU = comparison([0x4f, 0x5a]);

/** How many of the highest bits are 0. */
export const leadingZeros = (value: Value<"i32">): Value<"i32"> => unary("i32", 0x67, value);
export const eqz = (value: Value): Value<"i32"> => unary("i32", value.type === "i32" ? 0x45 : 0x50, value);
export const wrap = (value: Value<"i64">): Value<"i32"> => unary("i32", 0xa7, value);
export const extendU = (value: Value<"i32">): Value<"i64"> => unary("i64", 0xad, value);

/** Both values are evaluated, then one is taken. */
export function select<T extends ValueType>(then: Value<T>, otherwise: Value<T>, condition: Value<"i32">): Value<T> {
  return {
    type: then.type,
    write(to) {
      then.write(to);
      otherwise.write(to);
      condition.write(to);
      to.bytes.push(0x1b);
    },
  };
}

export function set<T extends ValueType>(local: Local<T>, value: Value<T>): Effect {
  return {
    write(to) {
      value.write(to);
      to.bytes.push(0x21);
      writeUnsigned(to, local.index);
    },
  };
}

/** Sets the local, and also leaves the value on the stack. */
export function tee<T extends ValueType>(local: Local<T>, value: Value<T>): Value<T> {
  return {
    type: local.type,
    write(to) {
      value.write(to);
      to.bytes.push(0x22);
      writeUnsigned(to, local.index);
    },
  };
}

export function increase<T extends ValueType>(local: Local<T>, by: Value<T>): Effect {
  return set(local, add(local, by));
}

function memory<T extends ValueType>(
  type: T,
  code: readonly number[],
  align: number,
  offset: number,
  operands: readonly Value[],
): Value<T> {
  return {
    type,
    write(to) {
      for (const operand of operands) operand.write(to);
      to.bytes.pushAll(code);
      writeUnsigned(to, align);
      writeUnsigned(to, offset);
    },
  };
}

type Address = Value<"i32">;
export const load32 = (at: Address, offset = 0): Value<"i32"> => memory("i32", [0x28], 2, offset, [at]);
export const load16 = (at: Address, offset = 0): Value<"i32"> => memory("i32", [0x2f], 1, offset, [at]);
export const load8 = (at: Address, offset = 0): Value<"i32"> => memory("i32", [0x2d], 0, offset, [at]);
/** An alignment of 4 bytes is enough. */
export const load64 = (at: Address, offset = 0): Value<"i64"> => memory("i64", [0x29], 2, offset, [at]);
export const store32 = (at: Address, value: Value<"i32">, offset = 0): Effect =>
  memory("i32", [0x36], 2, offset, [at, value]);
export const store16 = (at: Address, value: Value<"i32">, offset = 0): Effect =>
  memory("i32", [0x3b], 1, offset, [at, value]);
export const store8 = (at: Address, value: Value<"i32">, offset = 0): Effect =>
  memory("i32", [0x3a], 0, offset, [at, value]);
export const store64 = (at: Address, value: Value<"i64">, offset = 0): Effect =>
  memory("i64", [0x37], 2, offset, [at, value]);

export const atomicLoad32 = (at: Address, offset = 0): Value<"i32"> => memory("i32", [0xfe, 0x10], 2, offset, [at]);
/** Of 16 bits, without a sign. */
export const atomicLoad16 = (at: Address, offset = 0): Value<"i32"> => memory("i32", [0xfe, 0x13], 1, offset, [at]);
export const atomicCompareExchange16 = (
  at: Address,
  expected: Value<"i32">,
  replacement: Value<"i32">,
  offset = 0,
): Value<"i32"> => memory("i32", [0xfe, 0x4b], 1, offset, [at, expected, replacement]);
/** Returns the value before. */
export const atomicAdd32 = (at: Address, value: Value<"i32">, offset = 0): Value<"i32"> =>
  memory("i32", [0xfe, 0x1e], 2, offset, [at, value]);
export const atomicOr32 = (at: Address, value: Value<"i32">, offset = 0): Value<"i32"> =>
  memory("i32", [0xfe, 0x33], 2, offset, [at, value]);
/** Stores `replacement` if memory holds `expected`. Returns the value before. */
export const atomicCompareExchange32 = (
  at: Address,
  expected: Value<"i32">,
  replacement: Value<"i32">,
  offset = 0,
): Value<"i32"> => memory("i32", [0xfe, 0x48], 2, offset, [at, expected, replacement]);

/** Unlike `load64`, these two trap at an address that is not a multiple of 8. */
export const atomicLoad64 = (at: Address, offset = 0): Value<"i64"> => memory("i64", [0xfe, 0x11], 3, offset, [at]);
export const atomicCompareExchange64 = (
  at: Address,
  expected: Value<"i64">,
  replacement: Value<"i64">,
  offset = 0,
): Value<"i64"> => memory("i64", [0xfe, 0x49], 3, offset, [at, expected, replacement]);

export function drop(value: Value): Effect {
  return {
    write(to) {
      value.write(to);
      to.bytes.push(0x1a);
    },
  };
}

function enclosed(to: Writer, code: number, result: number, label: Label | undefined, body: () => void): void {
  to.bytes.push(code);
  to.bytes.push(result);
  to.labels.push(label);
  body();
  to.labels.pop();
  to.bytes.push(0x0b);
}

function writeAll(to: Writer, effects: readonly Effect[]): void {
  for (const effect of effects) effect.write(to);
}

/** `body` may leave by a `br` to the label. */
export function block(body: (end: Label) => readonly Effect[]): Effect {
  const label: Label = { kind: "block" };
  const effects = body(label);
  return { write: (to) => enclosed(to, 0x02, 0x40, label, () => writeAll(to, effects)) };
}

/** `body` runs once, and again at each `br` to the label. */
export function loop(body: (again: Label) => readonly Effect[]): Effect {
  const label: Label = { kind: "loop" };
  const effects = body(label);
  return { write: (to) => enclosed(to, 0x03, 0x40, label, () => writeAll(to, effects)) };
}

/** Repeats `body` while the condition is true. */
export function whileTrue(condition: Value<"i32">, body: readonly Effect[]): Effect {
  return block((end) => [loop((again) => [brIf(end, eqz(condition)), ...body, br(again)])]);
}

/** Runs `body` while `at`, which grows by `step`, is below `end`. */
export function forEach(at: Local<"i32">, end: Local<"i32">, step: number, body: readonly Effect[]): Effect {
  return whileTrue(ltU(at, end), [...body, increase(at, i32(step))]);
}

export function when(condition: Value<"i32">, then: readonly Effect[], otherwise: readonly Effect[] = []): Effect {
  return {
    write(to) {
      condition.write(to);
      enclosed(to, 0x04, 0x40, undefined, () => {
        writeAll(to, then);
        if (otherwise.length > 0) {
          to.bytes.push(0x05);
          writeAll(to, otherwise);
        }
      });
    },
  };
}

/** Only the value that is taken is evaluated. */
export function choose<T extends ValueType>(condition: Value<"i32">, then: Value<T>, otherwise: Value<T>): Value<T> {
  return {
    type: then.type,
    write(to) {
      condition.write(to);
      enclosed(to, 0x04, typeCode[then.type], undefined, () => {
        then.write(to);
        to.bytes.push(0x05);
        otherwise.write(to);
      });
    },
  };
}

/** Runs the effects, then gives the value. */
export function after<T extends ValueType>(effects: readonly Effect[], value: Value<T>): Value<T> {
  return {
    type: value.type,
    write(to) {
      writeAll(to, effects);
      value.write(to);
    },
  };
}

function depthOf(to: Writer, label: Label): number {
  const position = to.labels.lastIndexOf(label);
  if (position < 0) throw new Error("a branch leaves for a label that does not enclose it");
  return to.labels.length - 1 - position;
}

export function br(label: Label): Effect {
  return {
    write(to) {
      to.bytes.push(0x0c);
      writeUnsigned(to, depthOf(to, label));
    },
  };
}

export function brIf(label: Label, condition: Value<"i32">): Effect {
  return {
    write(to) {
      condition.write(to);
      to.bytes.push(0x0d);
      writeUnsigned(to, depthOf(to, label));
    },
  };
}

export function ret(value?: Value): Effect {
  return {
    write(to) {
      value?.write(to);
      to.bytes.push(0x0f);
    },
  };
}

export const unreachable: Effect = { write: (to) => to.bytes.push(0x00) };
