/** One line -> an edit. Lines are what `--edit` and a scenario's `edits` hold. */
import { type FeatureName, features } from "../model/features/catalogue.ts";
import { type PrimitiveName, primitiveNames } from "../model/primitives.ts";
import { didYouMean } from "../text/did-you-mean.ts";
import { type Edit, recheck, type Side, type StepName } from "./edit.ts";

export interface EditProblem {
  /** Where in the text the problem is, in UTF-16 units. */
  readonly offset: number;
  readonly length: number;
  readonly message: string;
  readonly hint?: string;
}

export type ParsedEdit =
  | { readonly edit: Edit; readonly problem?: undefined }
  | { readonly edit?: undefined; readonly problem: EditProblem };

export type ParsedStep =
  | { readonly step: StepName; readonly problem?: undefined }
  | { readonly step?: undefined; readonly problem: EditProblem };

export const forms = {
  drop: "drop PROCEDURE: STEP, drop EFFECT from PROCEDURE: STEP, or drop call CALLEE from PROCEDURE",
  move: "move PROCEDURE: STEP before STEP, or after STEP",
  swap: "swap PROCEDURE: STEP with STEP",
  insert: "insert PRIMITIVE before PROCEDURE: STEP, or after PROCEDURE: STEP",
  keep: "keep PROCEDURE: STEP only with FEATURE, or only without FEATURE",
  split: "split PROCEDURE: STEP before EFFECT",
} as const;
type Verb = keyof typeof forms;
export const verbs = Object.keys(forms) as readonly Verb[];

/** Whether a word begins an edit. */
export function isVerb(word: string): word is Verb {
  return verbs.some((verb) => verb === word);
}

/** Whether a text is an edit rather than the name of a file. */
export function looksLikeEdit(text: string): boolean {
  return /^\s*[a-z]+\s+\S/i.test(text) && isVerb(text.trim().split(/\s/, 1)[0] ?? "");
}

/** A part of the text, and where it stands. */
interface Part {
  readonly text: string;
  readonly offset: number;
}

class Problem extends Error {
  readonly problem: EditProblem;
  constructor(problem: EditProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

export function parseEdit(text: string): ParsedEdit {
  return orProblem(() => ({ edit: editOf(trimmed({ text, offset: 0 })) }));
}

/** `PROCEDURE: STEP`, as in an edit. */
export function parseStep(text: string): ParsedStep {
  const line = trimmed({ text, offset: 0 });
  return orProblem(() => ({ step: stepOf(line, line) }));
}

function orProblem<Parsed>(parse: () => Parsed): Parsed | { readonly problem: EditProblem } {
  try {
    return parse();
  } catch (error) {
    if (error instanceof Problem) return { problem: error.problem };
    throw error;
  }
}

function editOf(line: Part): Edit {
  const verb = line.text.split(/\s/, 1)[0] ?? "";
  const rest = trimmed({ text: line.text.slice(verb.length), offset: line.offset + verb.length });
  if (!isVerb(verb)) {
    const meant = didYouMean(verb, verbs);
    const hint = meant === undefined ? `an edit begins with ${verbs.join(", ")}` : `did you mean ${meant}?`;
    return fail({ text: verb, offset: line.offset }, `there is no edit "${verb}"`, hint);
  }
  const fits = (parts: readonly Part[] | undefined): readonly Part[] =>
    parts ?? fail(line, `an edit has the form: ${forms[verb]}`);
  if (rest.text === "") fits(undefined);
  switch (verb) {
    case "drop": {
      const call = /^call\s/.test(rest.text) ? lastSplit(after(rest, "call"), ["from"]) : undefined;
      if (call !== undefined)
        return { kind: "drop-call", callee: wordOf(call[0], line), procedure: wordOf(call[1], line) };
      const [effect, place] = lastSplit(rest, ["from"]) ?? [];
      if (effect === undefined || place === undefined || effect.text.includes(":"))
        return { kind: "drop", step: stepOf(rest, line) };
      return { kind: "drop-effect", effect: effect.text, step: stepOf(place, line) };
    }
    case "move": {
      const [step, label, side] = fits(lastSplit(rest, ["before", "after"]));
      return { kind: "move", step: stepOf(step, line), side: sideOf(side), label: labelOf(label, line) };
    }
    case "swap": {
      const [step, label] = fits(lastSplit(rest, ["with"]));
      return { kind: "swap", step: stepOf(step, line), label: labelOf(label, line) };
    }
    case "insert": {
      const [primitive, step, side] = fits(firstSplit(rest, ["before", "after"]));
      if (primitive?.text === recheck) {
        if (side?.text === "after") fail(side, `${recheck} can stand before a step only`, "write before");
        return { kind: "recheck", step: stepOf(step, line) };
      }
      return {
        kind: "insert",
        primitive: oneOf<PrimitiveName>(primitive, primitiveNames, "primitive", line, [recheck]),
        side: sideOf(side),
        step: stepOf(step, line),
      };
    }
    case "keep": {
      const [step, feature, word] = fits(lastSplit(rest, ["only with", "only without"]));
      const names = features.map(({ name }) => name);
      return {
        kind: "only",
        step: stepOf(step, line),
        feature: oneOf<FeatureName>(feature, names, "feature", line),
        on: word?.text === "only with",
      };
    }
    case "split": {
      const [step, effect] = fits(lastSplit(rest, ["before"]));
      return { kind: "split", step: stepOf(step, line), effect: wordOf(effect, line, /^.+$/) };
    }
  }
}

function sideOf(word: Part | undefined): Side {
  return word?.text === "after" ? "after" : "before";
}

function stepOf(part: Part | undefined, line: Part): StepName {
  const colon = part?.text.indexOf(":") ?? -1;
  if (part === undefined || colon < 1) return fail(part ?? line, "a step is named PROCEDURE: STEP");
  const procedure = part.text.slice(0, colon).trim();
  return { procedure, label: labelOf(trimmed(slice(part, colon + 1)), line) };
}

function labelOf(part: Part | undefined, line: Part): string {
  if (part === undefined || part.text === "") return fail(part ?? line, "the name of a step is missing");
  const quoted = /^"([^"]*)"$/.exec(part.text);
  if (quoted?.[1] !== undefined) return quoted[1];
  if (part.text.includes('"')) return fail(part, "a quoted name ends with the quote, and nothing stands beside it");
  return part.text;
}

function wordOf(part: Part | undefined, line: Part, form = /^[\w$.]+$/): string {
  if (part === undefined || !form.test(part.text)) return fail(part ?? line, "a name is expected here");
  return part.text;
}

function oneOf<Name extends string>(
  part: Part | undefined,
  names: readonly Name[],
  what: string,
  line: Part,
  others: readonly string[] = [],
): Name {
  const found = names.find((name) => name === part?.text);
  if (found !== undefined) return found;
  if (part === undefined || part.text === "") return fail(part ?? line, `the name of a ${what} is missing`);
  const all = [...names, ...others];
  const meant = didYouMean(part.text, all);
  const hint = meant === undefined ? `there is ${all.slice(0, 14).join(", ")}` : `did you mean ${meant}?`;
  return fail(part, `there is no ${what} "${part.text}"`, hint);
}

/** What stands before and after the last (or first) of the words outside quotes, and the word itself. */
function lastSplit(part: Part, words: readonly string[]): readonly Part[] | undefined {
  return splits(part, words).at(-1);
}

function firstSplit(part: Part, words: readonly string[]): readonly Part[] | undefined {
  return splits(part, words)[0];
}

function splits(part: Part, words: readonly string[]): readonly (readonly Part[])[] {
  const between = new RegExp(`\\s+(${words.map((word) => word.replace(" ", "\\s+")).join("|")})\\s+`, "g");
  // Quoted names keep their length and lose their words.
  const visible = part.text.replace(/"[^"]*"/g, (quoted) => "x".repeat(quoted.length));
  return [...visible.matchAll(between)].map(({ index, 0: all, 1: word = "" }) => [
    trimmed({ text: part.text.slice(0, index), offset: part.offset }),
    trimmed(slice(part, index + all.length)),
    { text: word.replace(/\s+/g, " "), offset: part.offset + index + all.indexOf(word) },
  ]);
}

function after(part: Part, word: string): Part {
  return trimmed(slice(part, word.length));
}

function slice({ text, offset }: Part, from: number): Part {
  return { text: text.slice(from), offset: offset + from };
}

function trimmed({ text, offset }: Part): Part {
  return { text: text.trim(), offset: offset + (text.length - text.trimStart().length) };
}

function fail(part: Part, message: string, hint?: string): never {
  const where = { offset: part.offset, length: Math.max(1, part.text.length) };
  throw new Problem(hint === undefined ? { ...where, message } : { ...where, message, hint });
}
