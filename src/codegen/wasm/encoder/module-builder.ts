/** Combines functions into a WebAssembly module. */

import { type ByteWriter, byteBuffer, writeSigned, writeUnsigned } from "./byte-writer.ts";
import { type Effect, type Local, typeCode, type Value, type ValueType, type Writer } from "./instructions.ts";

export interface Signature {
  readonly params: readonly ValueType[];
  readonly result: ValueType | undefined;
}

/** A function that others can call. */
export interface FunctionRef {
  readonly index: number;
  readonly signature: Signature;
}

/** The function whose body is being written. */
export interface FunctionScope {
  /** A new local, initially 0. */
  local<T extends ValueType>(type: T): Local<T>;
}

export interface Global<T extends ValueType> extends Value<T> {
  readonly index: number;
}

export interface ModuleBuilder {
  /** Declares a function with this signature. `body` gets parameters of those types, in order. */
  func<const P extends readonly ValueType[]>(
    params: P,
    result: ValueType | undefined,
    body: (params: { readonly [I in keyof P]: Local<P[I]> }, scope: FunctionScope) => readonly Effect[],
    exportAs?: string,
  ): FunctionRef;
  /** A function that is imported as `<module>.<name>`. All imports come before any `func`. */
  imported(module: string, name: string, signature: Signature): FunctionRef;
  /** An immutable i32 that is imported as `params.<name>`. All of them come before any `variable`. */
  parameter(name: string): Value<"i32">;
  /** A mutable i32 of the instance, initially 0. */
  variable(): Global<"i32">;
  /** A mutable i64 of the instance, initially 0. */
  longVariable(): Global<"i64">;
  /** The functions that `callIndirect` can call, by position. To call an undefined one traps. */
  setTable(entries: readonly (FunctionRef | undefined)[]): void;
  callIndirect<T extends ValueType>(
    params: readonly ValueType[],
    result: T,
    position: Value<"i32">,
    ...args: readonly Value[]
  ): Value<T>;
  /** The module's bytes. It imports `env.memory`, shared, of exactly `pages` pages. */
  finish(pages: number): Uint8Array<ArrayBuffer>;
}

export function moduleBuilder(): ModuleBuilder {
  const types: Signature[] = [];
  const typeIndex = new Map<string, number>();
  /** The types of the functions. */
  const functions: number[] = [];
  /** Their bodies, each after its length. */
  const bodies: ByteWriter = { bytes: byteBuffer() };
  const body: Writer = { bytes: byteBuffer(), labels: [] };
  const importedFunctions: { readonly module: string; readonly name: string; readonly type: number }[] = [];
  const exports: { readonly name: string; readonly index: number }[] = [];
  const parameters: string[] = [];
  const variables: ValueType[] = [];
  let table: readonly (FunctionRef | undefined)[] = [];

  function newVariable<T extends ValueType>(type: T): Global<T> {
    variables.push(type);
    return globalAt(type, parameters.length + variables.length - 1);
  }

  function typeOf(params: readonly ValueType[], result: ValueType | undefined): number {
    const key = `${params.join()}:${result ?? ""}`;
    let index = typeIndex.get(key);
    if (index === undefined) {
      index = types.length;
      types.push({ params, result });
      typeIndex.set(key, index);
    }
    return index;
  }

  return {
    imported(module, name, signature) {
      if (functions.length > 0) throw new Error("imported functions are numbered before the module's own");
      importedFunctions.push({ module, name, type: typeOf(signature.params, signature.result) });
      return { index: importedFunctions.length - 1, signature };
    },
    func(params, result, make, exportAs) {
      const signature: Signature = { params, result };
      const locals: ValueType[] = [];
      const local = <T extends ValueType>(type: T, index: number): Local<T> => ({
        type,
        index,
        write: (to) => writeIndexed(to, 0x20, index),
      });
      const scope: FunctionScope = {
        local(type) {
          locals.push(type);
          return local(type, params.length + locals.length - 1);
        },
      };
      // A parameter's static type follows from its position, which `map` cannot express.
      const given = params.map((type, index) => local(type, index)) as unknown as Parameters<typeof make>[0];
      const effects = make(given, scope);
      functions.push(typeOf(params, result));
      body.bytes.clear();
      writeBody(body, locals, effects);
      writeUnsigned(bodies, body.bytes.length);
      bodies.bytes.append(body.bytes);
      const index = importedFunctions.length + functions.length - 1;
      if (exportAs !== undefined) exports.push({ name: exportAs, index });
      return { index, signature };
    },
    parameter(name) {
      if (variables.length > 0) throw new Error("imported globals are numbered before the module's own");
      parameters.push(name);
      return globalAt("i32", parameters.length - 1);
    },
    variable: () => newVariable("i32"),
    longVariable: () => newVariable("i64"),
    setTable(entries) {
      table = entries;
    },
    callIndirect(params, result, position, ...args) {
      const type = typeOf(params, result);
      return {
        type: result,
        write(to) {
          for (const arg of [...args, position]) arg.write(to);
          to.bytes.push(0x11);
          writeUnsigned(to, type);
          to.bytes.push(0);
        },
      };
    },
    finish(pages) {
      const out: ByteWriter = { bytes: byteBuffer() };
      out.bytes.pushAll([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);
      section(out, 1, types, (to, { params, result }) => {
        to.bytes.push(0x60);
        vector(to, params, (inner, type) => inner.bytes.push(typeCode[type]));
        vector(to, result === undefined ? [] : [result], (inner, type) => inner.bytes.push(typeCode[type]));
      });
      const imports: readonly Import[] = [
        { module: "env", name: "memory", describe: (to) => describeMemory(to, pages) },
        ...parameters.map((name) => ({ module: "params", name, describe: describeParameter })),
        ...importedFunctions.map(({ type, ...from }) => ({
          ...from,
          describe(to: ByteWriter) {
            to.bytes.push(0x00);
            writeUnsigned(to, type);
          },
        })),
      ];
      section(out, 2, imports, (to, { module, name: field, describe }) => {
        name(to, module);
        name(to, field);
        describe(to);
      });
      section(out, 3, functions, writeUnsigned);
      section(out, 4, [table.length], (to, length) => {
        to.bytes.pushAll([0x70, 0x00]);
        writeUnsigned(to, length);
      });
      section(out, 6, variables, (to, type) =>
        to.bytes.pushAll([typeCode[type], 0x01, type === "i32" ? 0x41 : 0x42, 0x00, 0x0b]),
      );
      section(out, 7, exports, (to, entry) => {
        name(to, entry.name);
        to.bytes.push(0x00);
        writeUnsigned(to, entry.index);
      });
      section(out, 9, runsOf(table), (to, run) => {
        to.bytes.pushAll([0x00, 0x41]);
        writeSigned(to, run.start);
        to.bytes.push(0x0b);
        vector(to, run.entries, (inner, entry) => writeUnsigned(inner, entry.index));
      });
      sectionOf(out, 10, (to) => {
        writeUnsigned(to, functions.length);
        to.bytes.append(bodies.bytes);
      });
      return out.bytes.view();
    },
  };
}

interface Import {
  readonly module: string;
  readonly name: string;
  readonly describe: (to: ByteWriter) => void;
}

function describeMemory(to: ByteWriter, pages: number): void {
  to.bytes.pushAll([0x02, 0x03]);
  writeUnsigned(to, pages);
  writeUnsigned(to, pages);
}

function describeParameter(to: ByteWriter): void {
  to.bytes.pushAll([0x03, typeCode.i32, 0x00]);
}

export function call<T extends ValueType>(target: FunctionRef, result: T, ...args: readonly Value[]): Value<T> {
  return { type: result, ...callEffect(target, ...args) };
}

/** Calls a function without a result. */
export function callEffect(target: FunctionRef, ...args: readonly Value[]): Effect {
  return {
    write(to) {
      for (const arg of args) arg.write(to);
      writeIndexed(to, 0x10, target.index);
    },
  };
}

export function setGlobal<T extends ValueType>(global: Global<T>, value: Value<T>): Effect {
  return {
    write(to) {
      value.write(to);
      writeIndexed(to, 0x24, global.index);
    },
  };
}

function globalAt<T extends ValueType>(type: T, index: number): Global<T> {
  return { type, index, write: (to) => writeIndexed(to, 0x23, index) };
}

function writeIndexed(to: ByteWriter, code: number, index: number): void {
  to.bytes.push(code);
  writeUnsigned(to, index);
}

/** Locals are declared in runs of one type. */
function writeBody(to: Writer, locals: readonly ValueType[], effects: readonly Effect[]): void {
  const runs: { type: ValueType; count: number }[] = [];
  for (const type of locals) {
    const last = runs.at(-1);
    if (last?.type === type) last.count++;
    else runs.push({ type, count: 1 });
  }
  vector(to, runs, (inner, { type, count }) => {
    writeUnsigned(inner, count);
    inner.bytes.push(typeCode[type]);
  });
  for (const effect of effects) effect.write(to);
  to.bytes.push(0x0b);
}

function runsOf(table: readonly (FunctionRef | undefined)[]): { start: number; entries: FunctionRef[] }[] {
  const runs: { start: number; entries: FunctionRef[] }[] = [];
  for (const [position, entry] of table.entries()) {
    if (entry === undefined) continue;
    const last = runs.at(-1);
    if (last !== undefined && last.start + last.entries.length === position) last.entries.push(entry);
    else runs.push({ start: position, entries: [entry] });
  }
  return runs;
}

function section<T>(out: ByteWriter, id: number, items: readonly T[], write: (to: ByteWriter, item: T) => void): void {
  sectionOf(out, id, (content) => vector(content, items, write));
}

function sectionOf(out: ByteWriter, id: number, write: (to: ByteWriter) => void): void {
  const content: ByteWriter = { bytes: byteBuffer() };
  write(content);
  out.bytes.push(id);
  writeUnsigned(out, content.bytes.length);
  out.bytes.append(content.bytes);
}

function vector<T>(to: ByteWriter, items: readonly T[], write: (to: ByteWriter, item: T) => void): void {
  writeUnsigned(to, items.length);
  for (const item of items) write(to, item);
}

function name(to: ByteWriter, text: string): void {
  vector(to, [...new TextEncoder().encode(text)], (inner, byte) => inner.bytes.push(byte));
}
