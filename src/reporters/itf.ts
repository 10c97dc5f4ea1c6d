/**
 * A trace in the Informal Trace Format of Apalache and Quint, for their tools: the whole state at every step.
 * https://apalache-mc.org/docs/adr/015adr-trace.html
 *
 * An array of the model is a map: `pte[parent][buf[0]]` is the value of `pte` at the tuple of "parent" and "buf[0]".
 * Variables that only have numbers or truth values keep them; all other values are strings.
 *
 * `loop` is the index of the state that follows the last one, in a run that never ends.
 */
import { isBroken, type Trace } from "../trace/format.ts";
import { promiseOf } from "../trace/promise.ts";
import { statesOf, type TraceState } from "../trace/states.ts";
import { jsonText } from "./json-text.ts";
import type { ReporterEntry } from "./reporter.ts";
import { traceTitle } from "./title.ts";

export const itfReporter: ReporterEntry = {
  name: "itf",
  sentence: "Each counterexample in the Informal Trace Format of Apalache and Quint.",
  kind: { what: "a trace in the Informal Trace Format", begins: /^\{\s*"#meta":\s*\{\s*"format":\s*"ITF"/ },
  besideTraces: { extension: ".itf.json", render: itfText },
};

type ItfValue = string | boolean | { readonly "#bigint": string } | { readonly "#tup": readonly ItfValue[] } | ItfMap;

interface ItfMap {
  readonly "#map": readonly (readonly [ItfValue, ItfValue])[];
}

export function itfText(trace: Trace): string {
  const states = statesOf(trace);
  const variables = variablesOf(states);
  const meta = {
    format: "ITF",
    "format-description": "https://apalache-mc.org/docs/adr/015adr-trace.html",
    source: trace.spec.file,
    description: `${traceTitle(trace)}. ${promiseOf(trace)}`,
    status: isBroken(trace) ? "violation" : "ok",
    [isBroken(trace) ? "violation" : "ending"]: trace.violation.message,
    tool: `exclusive-check ${trace.tool}`,
  };
  const written = states.map((state, index) => ({
    "#meta": { index, ...stepMeta(trace, index) },
    ...Object.fromEntries(variables.map((variable) => [variable.name, valueIn(state, variable)])),
  }));
  // The last state is the same as the one before the loop's first step, so the state after that step follows it.
  const { repeats } = trace.violation;
  const parts = {
    "#meta": meta,
    vars: variables.map(({ name }) => name),
    ...(repeats === undefined ? {} : { loop: repeats }),
  };
  // One state per line, so that people can read it and compare two traces.
  return `${jsonText(parts).slice(0, -1)},"states":[\n${written.map((state) => jsonText(state)).join(",\n")}\n]}\n`;
}

/** The step that led to a state. */
function stepMeta({ steps }: Trace, index: number): object {
  const step = steps[index - 1];
  if (step === undefined) return {};
  const { actor, procedure, label, note, choice } = step;
  return { actor, procedure, label, note, choice: choice.alternatives };
}

interface ItfVariable {
  readonly name: string;
  readonly type: "integer" | "boolean" | "string";
  /** `keys` is empty for a variable of one element. */
  readonly elements: readonly { readonly name: string; readonly keys: readonly string[] }[];
}

function variablesOf(states: readonly TraceState[]): readonly ItfVariable[] {
  const elements = new Map<string, { name: string; keys: readonly string[] }[]>();
  for (const name of Object.keys(states[0] ?? {})) {
    const { base, keys } = partsOf(name);
    elements.set(base, [...(elements.get(base) ?? []), { name, keys }]);
  }
  return [...elements].map(([name, of]) => {
    const values = states.flatMap((state) => of.map((element) => state[element.name] ?? null));
    return { name, elements: of, type: typeOf(values) };
  });
}

function typeOf(values: readonly (string | null)[]): ItfVariable["type"] {
  if (values.every((value) => value !== null && /^-?\d+$/.test(value))) return "integer";
  if (values.every((value) => value === "true" || value === "false")) return "boolean";
  return "string";
}

/** `pte[parent][buf[0]]` -> `pte`, and "parent", "buf[0]". Any other text is a name without keys. */
function partsOf(name: string): { readonly base: string; readonly keys: readonly string[] } {
  const start = name.indexOf("[");
  if (start <= 0) return { base: name, keys: [] };
  const keys: string[] = [];
  let depth = 0;
  let from = start;
  for (let at = start; at < name.length; at++) {
    if (name[at] === "[" && depth++ === 0) from = at + 1;
    else if (name[at] === "]" && --depth === 0) keys.push(name.slice(from, at));
    else if (depth === 0) return { base: name, keys: [] };
  }
  return depth === 0 ? { base: name.slice(0, start), keys } : { base: name, keys: [] };
}

function valueIn(state: TraceState, { elements, type }: ItfVariable): ItfValue {
  const written = (name: string) => scalar(state[name] ?? null, type);
  const [first] = elements;
  if (first !== undefined && elements.length === 1 && first.keys.length === 0) return written(first.name);
  return { "#map": elements.map(({ name, keys }) => [keyOf(keys), written(name)] as const) };
}

function keyOf(keys: readonly string[]): ItfValue {
  const [only = ""] = keys;
  return keys.length > 1 ? { "#tup": keys } : only;
}

/** For a register that has no meaning, the string is empty. */
function scalar(value: string | null, type: ItfVariable["type"]): ItfValue {
  switch (type) {
    case "integer":
      return { "#bigint": value ?? "0" };
    case "boolean":
      return value === "true";
    case "string":
      return value ?? "";
  }
}
