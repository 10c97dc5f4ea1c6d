/** What can be written in an edit: its verb, procedures and steps of the model, effects, primitives, features. */
import { quoteIfNeeded, recheck } from "../../../edits/edit.ts";
import { forms, isVerb, parseEdit, verbs } from "../../../edits/parse-edit.ts";
import { effectsByStep } from "../../../edits/procedure-effects.ts";
import { outlineOperations } from "../../../model/build-model.ts";
import { features } from "../../../model/features/catalogue.ts";
import { primitives } from "../../../model/primitives.ts";
import { isStep, listProcedures, type ProcedureItem } from "../../../model/procedures.ts";
import { type Choice, type Option, option } from "./option.ts";
import { featureSentences } from "./sentences.ts";

/** `cursor`: the unit of `text` at which something is written. A choice replaces what stands between. */
export function choicesInEdit(text: string, cursor: number): Choice {
  const before = text.slice(0, cursor);
  const [, verb = "", gap = "", rest = ""] = /^\s*(\S*)(\s*)(.*)$/s.exec(before) ?? [];
  const at = (written: string, options: readonly Option[]): Choice => ({
    from: cursor - written.length,
    to: cursor,
    options,
  });
  if (gap === "" || !isVerb(verb))
    return at(
      verb,
      verbs.map((name) => option(`${name} `, forms[name])),
    );
  const step = /^(?:(.*?)\s)?\s*([\w$.]+):\s*(.*)$/s.exec(rest);
  if (step === null) return at(/\S*$/.exec(rest)?.[0] ?? "", beforeStep(verb, rest));
  const [, , procedure = "", written = ""] = step;
  const found = procedures().find(({ name }) => name === procedure);
  if (found === undefined) return at("", []);
  const [label = "", word, second] = splitAt(written, secondPart[verb]);
  if (word === undefined) return at(written, [...steps(found), ...wordsAfter(verb, found, written)]);
  return at(second ?? "", secondOptions(verb, found, label));
}

/** What the step is that an edit changes; empty if the edit names none. */
export function explainEdit(text: string): string {
  const { edit } = parseEdit(text);
  if (edit === undefined || !("step" in edit)) return "";
  const { procedure, label } = edit.step;
  const found = procedures().find(({ name }) => name === procedure);
  const note = found?.steps.find((step) => step.label === label)?.note;
  return note === undefined ? "" : `${label} - ${note} (${found?.file})`;
}

/** The words that stand between a step and what follows it. */
const secondPart: Readonly<Record<(typeof verbs)[number], readonly string[]>> = {
  drop: [],
  move: ["before", "after"],
  swap: ["with"],
  insert: [],
  keep: ["only with", "only without"],
  split: ["before"],
};

function procedures(): readonly ProcedureItem[] {
  return listProcedures(outlineOperations);
}

function steps({ steps: own }: ProcedureItem): readonly Option[] {
  return own.map(({ label, note }) => option(quoteIfNeeded(label), note));
}

const procedureOptions = (end: string): readonly Option[] =>
  procedures().map(({ name, file }) => option(`${name}${end}`, file));

/** Up to the colon of a step. */
function beforeStep(verb: (typeof verbs)[number], rest: string): readonly Option[] {
  if (verb === "insert") {
    if (/^\S*$/.test(rest)) return insertable;
    if (/^\S+\s+\S*$/.test(rest)) return ["before ", "after "].map((word) => option(word));
  }
  if (verb !== "drop") return procedureOptions(": ");
  const call = /^call\s+(?:(\S*)|\S+\s+(\S*)|\S+\s+from\s+(\S*))$/.exec(rest);
  if (call === null) return [option("call ", forms.drop), ...procedureOptions(": ")];
  if (call[1] !== undefined) return callees();
  return call[2] === undefined ? procedureOptions("") : [option("from ")];
}

const insertable: readonly Option[] = [
  ...Object.entries(primitives).map(([name, { note }]) => option(`${name} `, note)),
  option(`${recheck} `, "skips the step unless the page-table entry still refers to the page"),
];

function callees(): readonly Option[] {
  const called = procedures().flatMap(({ outline }) => outline.flatMap((part) => (isStep(part) ? [] : [part.calls])));
  return [...new Set(called)].map((name) => option(`${name} `));
}

/** A step's name that is complete can be followed by a word. */
function wordsAfter(verb: (typeof verbs)[number], { steps: own }: ProcedureItem, written: string): readonly Option[] {
  const label = own.map((step) => quoteIfNeeded(step.label)).find((name) => written.startsWith(`${name} `));
  return label === undefined ? [] : secondPart[verb].map((word) => option(`${label} ${word} `));
}

function secondOptions(verb: (typeof verbs)[number], procedure: ProcedureItem, label: string): readonly Option[] {
  switch (verb) {
    case "keep":
      return features.map(({ name }) => option(name, featureSentences.get(name)));
    case "split": {
      const plain = label.replace(/^"(.*)"$/, "$1");
      return [...(effectsByStep(procedure.name, outlineOperations).get(plain) ?? [])].map((effect) => option(effect));
    }
    default:
      return steps(procedure).filter(({ text }) => text !== label);
  }
}

/** The step's name, the word behind it and what is written after that. Words in quotes do not count. */
function splitAt(written: string, words: readonly string[]): readonly (string | undefined)[] {
  if (words.length === 0) return [written];
  const found = new RegExp(`^("[^"]*"|.*?)\\s+(${words.join("|")})\\s+(.*)$`, "s").exec(written);
  return found === null ? [written] : found.slice(1);
}
