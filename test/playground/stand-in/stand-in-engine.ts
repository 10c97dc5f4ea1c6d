/** An engine for tests of the page: it answers at once, with what a test can foresee. */
import type {
  Answer,
  AskedQuestion,
  CheckReport,
  Engine,
  KernelResult,
  PlacedDiagnostic,
  Question,
  Source,
  TraceFile,
} from "../../../src/playground/protocol.ts";

/** A scenario with this word has an error there. */
export const wrongWord = "wrong";
/** A check of a scenario with this word goes on until it is stopped. */
export const endlessWord = "endless";

/** What is found in a scenario with this word differs from what it would expect, but is not compared. */
export const surprisingWord = "surprising";

/** What a scenario with `fileWord` changes on v6.15. */
const fileChanges = { with: [], without: ["zap-expects-anonymous-vma"] };
const fileWord = "zap-expects-anonymous-vma";

function changedIn(text: string): readonly KernelResult["kernel"][] {
  return text.includes(fileWord) ? ["v6.15"] : [];
}

export function createStandInEngine(traceText: string): Engine {
  let stop: (() => void) | undefined;
  let asked: AskedQuestion | undefined;
  const trace: TraceFile = {
    name: "stand-in-v8-no-use-after-free.trace.json",
    text: traceText,
    trace: JSON.parse(traceText),
  };

  return {
    catalogue: async () => ({
      version: "0.0.0",
      kernels: [
        { name: "v8", sentence: "The series as posted." },
        { name: "v6.15", sentence: "The newest." },
      ],
      features: [
        { name: "fork-flushes-tlb", sentence: "fork() flushes the TLB.", on: ["v8", "v6.15"] },
        { name: "zap-flushes-tlb", sentence: "Zapping flushes the TLB.", on: ["v8"] },
      ],
      properties: [{ name: "no-use-after-free", sentence: "No freed page is used." }],
    }),
    read: async (source) => {
      const { name = "", description = "" } = namesIn(source.text);
      return answer(source, {
        name,
        description,
        kernels: ["v8", "v6.15"],
        changes: changedIn(source.text).map((kernel) => ({ kernel, features: fileChanges })),
        properties: ["no-use-after-free"],
        actors: [],
        bounds: "1 physical page",
      });
    },
    offers: async () => ({ ok: true, value: [] }),
    async check(question, onEvent) {
      asked = { question, kernel: "v8", command: `exclusive-check ${question.file} --kernel v8` };
      const refused = answer(question, undefined);
      if (!refused.ok) return refused;
      const results: KernelResult[] = [];
      const kernels = question.kernels.length > 0 ? question.kernels : (["v8", "v6.15"] as const);
      for (const [index, kernel] of kernels.entries()) {
        onEvent({ kind: "begins", kernel, number: index + 1, of: kernels.length });
        onEvent({ kind: "progress", kernel, progress });
        const endless = question.text.includes(endlessWord);
        if (endless) await new Promise<void>((resolve) => (stop = resolve));
        const result = resultOf(question, kernel, kernel === "v8" ? [trace] : []);
        results.push(result);
        onEvent({ kind: "result", result });
        if (endless) return { ok: true, value: reportOf(results, true) };
      }
      return { ok: true, value: reportOf(results, false) };
    },
    stop: async () => stop?.(),
    async procedures({ edits }) {
      const unknown = edits.find((edit) => !edit.startsWith("drop "));
      if (unknown === undefined) return { ok: true, value: [] };
      const message = `there is no edit "${unknown}"`;
      return { ok: false, diagnostics: [{ code: "edit", message, range: undefined, rendered: message } as never] };
    },
    why: async () => ({
      ok: true,
      value: { lines: [], remark: undefined, text: "", report: { version: 1, lines: [] }, stopped: false },
    }),
    explore: async ({ kernel, question }) => ({
      ok: true,
      value: { trace: { ...trace, name: `${question.file}-${kernel}` }, next: [] },
    }),
    openTrace: async () => ({ ok: true, value: { trace, replayed: "reproduced\n", path: undefined } }),
    askedBy: async () => asked,
    convert: async ({ name }, to) => `${name} as ${to}`,
    complete: async ({ text }, offset) => ({
      from: /\w/.test(text.charAt(offset - 1)) ? offset - 1 : offset,
      to: offset,
      options: [
        { label: "atomic", detail: "an atomic of a device", insert: "atomic" },
        { label: "load", detail: "a load of a CPU", insert: "load" },
      ],
    }),
    hover: async (_source, offset) => ({ from: offset, to: offset + 1, text: "An explanation." }),
  };
}

const progress = { states: 1234567, transitions: 2345678, depth: 42, frontier: 10, bytes: 2 ** 26, seconds: 0.5 };

function namesIn(text: string): { readonly name?: string; readonly description?: string } {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function answer<Value>({ text, file }: Source, value: Value): Answer<Value> {
  const from = text.indexOf(wrongWord);
  if (from < 0) return { ok: true, value };
  const before = text.slice(0, from).split("\n");
  const place = { line: before.length, column: (before.at(-1) ?? "").length + 1 };
  const message = `"${wrongWord}" is not known`;
  const rendered = `${file}:${place.line}:${place.column}: error: ${message}\n  did you mean "right"?`;
  const range = { from, to: from + wrongWord.length };
  return {
    ok: false,
    diagnostics: [{ code: "unknown", file, ...place, message, range, rendered } as never as PlacedDiagnostic],
  };
}

function resultOf(question: Question, kernel: KernelResult["kernel"], traces: readonly TraceFile[]): KernelResult {
  const verdict = traces.length > 0 ? "violated" : "holds";
  return {
    kernel,
    verdict,
    outcome: question.text.includes(surprisingWord) ? "differs" : "as-expected",
    features: changedIn(question.text).includes(kernel) ? fileChanges : { with: [], without: [] },
    isCompared: !question.text.includes(surprisingWord),
    states: 1000,
    transitions: 2000,
    depth: 30,
    seconds: 0.25,
    text: `${question.file} on ${kernel}: ${verdict}, as expected\n  1,000 states, depth 30, 0.25 s`,
    full: `${question.file} on ${kernel}, in full`,
    traces,
    witnesses: [],
    reproduce: `exclusive-check ${question.file} --kernel ${kernel}`,
  };
}

function reportOf(results: readonly KernelResult[], stopped: boolean): CheckReport {
  return { results, summary: "", matrix: "", notes: [], json: "{}", stopped };
}
