/**
 * The value types of the step language. Every value is an integer at run time. Its type says which integers are legal,
 * how a value is shown in traces and which names properties may use for it.
 */

export interface IntType {
  readonly kind: "int";
  /** Smallest and largest legal value, both included. */
  readonly min: number;
  readonly max: number;
  /** Names that are shown instead of the numbers; the index is `value - min`. */
  readonly labels?: readonly string[];
  /** Which values stand for elements of scalarsets. */
  readonly roles?: readonly Role[];
}

/** A set of things that are alike (symmetry.ts). */
export interface Scalarset {
  readonly name: string;
  readonly elements: readonly string[];
}

/** Where the elements of a scalarset occur: by element, the value (or the position in a dimension). */
export interface Role {
  readonly set: Scalarset;
  readonly values: readonly number[];
}

export interface BoolType {
  readonly kind: "bool";
}

/** A value that is one of the named literals, stored as its index. */
export interface EnumType {
  readonly kind: "enum";
  readonly name: string;
  readonly literals: readonly string[];
  /** Literals that no value of this program has, but values of other programs do. To compare with one is no error. */
  readonly absent?: readonly string[];
}

/** Several small fields in one integer, read and written as a unit, as hardware does with a page-table entry. */
export interface WordType {
  readonly kind: "word";
  readonly name: string;
  readonly fields: readonly WordField[];
  /** Bits of the whole word; at most 30. */
  readonly bits: number;
}

export interface WordField {
  readonly name: string;
  readonly type: IntType | BoolType | EnumType;
  /** Position of the lowest bit, and how many bits the field takes. The field holds `value - min`. */
  readonly shift: number;
  readonly bits: number;
}

export type ValueType = IntType | BoolType | EnumType | WordType;

export const bool: BoolType = { kind: "bool" };

/** An integer from `min` to `max`, both included. */
export function int(min: number, max: number, labels?: readonly string[], roles?: readonly Role[]): IntType {
  if (!Number.isInteger(min) || !Number.isInteger(max) || min > max || min < -(2 ** 30) || max > 2 ** 30) {
    throw new RangeError(`not an integer range: ${min}..${max}`);
  }
  // Most types have neither labels nor roles, and every number in the model is of such a type.
  if (labels === undefined && roles === undefined) return { kind: "int", min, max };
  return {
    kind: "int",
    min,
    max,
    ...(labels === undefined ? {} : { labels }),
    ...(roles === undefined ? {} : { roles }),
  };
}

/** One of `literals`. The first one is the default, stored as 0. A value is never one of `absent`. */
export function enumeration(name: string, literals: readonly string[], absent: readonly string[] = []): EnumType {
  const all = [...literals, ...absent];
  if (literals.length === 0 || new Set(all).size !== all.length) {
    throw new RangeError(`the literals of ${name} must be distinct, and there must be at least one`);
  }
  return { kind: "enum", name, literals, ...(absent.length === 0 ? {} : { absent }) };
}

/** A word of the given fields, with the first field in the lowest bits. Field ranges start at 0 or above. */
export function word(name: string, fields: Readonly<Record<string, IntType | BoolType | EnumType>>): WordType {
  const placed: WordField[] = [];
  let shift = 0;
  for (const [field, type] of Object.entries(fields)) {
    if (rangeOf(type)[0] !== 0) throw new RangeError(`${name}.${field}: a field's range starts at 0`);
    const bits = bitsFor(type);
    placed.push({ name: field, type, shift, bits });
    shift += bits;
  }
  if (shift > 30) throw new RangeError(`${name} needs ${shift} bits; a word has at most 30`);
  const namesElement = placed.some(({ type }) => type.kind === "int" && type.roles !== undefined);
  if (namesElement && !saysWhetherEmpty(placed[0]))
    throw new RangeError(
      `${name} names elements of a scalarset: its first field has to be "valid" or an enumeration that begins with "none"`,
    );
  return { kind: "word", name, fields: placed, bits: shift };
}

/** A permutation takes the word 0 to name no element, so an entry for element 0 must differ from it. */
function saysWhetherEmpty(first: WordField | undefined): boolean {
  return first?.type.kind === "enum" ? first.type.literals[0] === "none" : first?.name === "valid";
}

/** The smallest and largest integer of a type. */
export function rangeOf(type: ValueType): readonly [min: number, max: number] {
  switch (type.kind) {
    case "int":
      return [type.min, type.max];
    case "bool":
      return [0, 1];
    case "enum":
      return [0, type.literals.length - 1];
    case "word":
      return [0, 2 ** type.bits - 1];
  }
}

/** The number of bits that hold every value of the type. A type of one value takes none. */
export function bitsFor(type: ValueType): number {
  const [min, max] = rangeOf(type);
  return max === min ? 0 : 32 - Math.clz32(max - min);
}

/** Whether every field of a word holds a legal value. Other types need only their range. */
export function isLegal(type: ValueType, value: number): boolean {
  const [min, max] = rangeOf(type);
  if (!Number.isInteger(value) || value < min || value > max) return false;
  if (type.kind !== "word") return true;
  return type.fields.every((field) => fieldValue(value, field) <= rangeOf(field.type)[1]);
}

/** Most integers name no element of a scalarset. */
function rolesOf(type: IntType): readonly Role[] {
  return type.roles === undefined ? [] : type.roles;
}

/** The roles of a value of the type, and those of a word's fields. */
export function rolesIn(type: ValueType): readonly { readonly role: Role; readonly field: WordField | undefined }[] {
  if (type.kind === "int") return rolesOf(type).map((role) => ({ role, field: undefined }));
  if (type.kind !== "word") return [];
  return type.fields.flatMap((field) => rolesIn(field.type).map(({ role }) => ({ role, field })));
}

/** The value of a register while it is dead: 0, unless 0 stands for an element of a scalarset. */
export function restingValue(type: ValueType): number {
  const taken = type.kind === "int" ? rolesOf(type).flatMap(({ values }) => values) : [];
  const [min, max] = rangeOf(type);
  for (let value = Math.max(0, min); value <= max; value++) if (!taken.includes(value)) return value;
  return 0;
}

export function fieldValue(wordValue: number, field: WordField): number {
  return (wordValue >>> field.shift) & (2 ** field.bits - 1);
}

export function fieldNamed(type: WordType, name: string): WordField {
  const field = type.fields.find((f) => f.name === name);
  if (field === undefined) throw new RangeError(`${type.name} has no field ${name}`);
  return field;
}

/**
 * How a value is shown: a label, a literal, true or false. A word is shown as its first field's literal (if that field
 * is an enumeration), the names of the booleans that are true, and the values of all other fields. Of the word 0,
 * the values of the other fields are left out.
 */
export function formatValue(type: ValueType, value: number): string {
  switch (type.kind) {
    case "int":
      return type.labels?.[value - type.min] ?? String(value);
    case "bool":
      return value === 0 ? "false" : "true";
    case "enum":
      return type.literals[value] ?? `?${value}`;
    case "word":
      return formatWord(type, value);
  }
}

function formatWord(type: WordType, value: number): string {
  const parts: string[] = [];
  for (const [position, field] of type.fields.entries()) {
    const fieldNow = fieldValue(value, field);
    if (position === 0 && field.type.kind === "enum") parts.push(formatValue(field.type, fieldNow));
    else if (field.type.kind === "bool") {
      if (fieldNow === 1) parts.push(field.name);
    } else if (value !== 0) parts.push(`${field.name}=${formatValue(field.type, fieldNow)}`);
  }
  return parts.join(" ") || "-";
}
