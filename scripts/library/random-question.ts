/** Random properties, and random states that must be reachable, for a program of the model. */
import type { Program } from "../../src/ir/program.ts";
import { stepVocabulary } from "../../src/ir/step-vocabulary.ts";
import type { Model } from "../../src/model/model.ts";
import { compileProperty } from "../../src/properties/compile.ts";
import type { RawProperty, RawSometimes } from "../../src/spec/raw-spec.ts";
import { type Link, randomProperty, type Vocabulary, vocabularyOf } from "./random-property.ts";
import type { Random } from "./seeded.ts";

/** The places in the machine's records that name pages and processes. */
const links: readonly Link[] = [
  { record: "Pte", when: "mapped", position: "pfn", list: "pages" },
  { record: "Pte", when: "running", position: "mm", list: "mms" },
  { record: "SwapSlot", when: "cached", position: "page", list: "pages" },
  { record: "Pin", when: "valid", position: "pfn", list: "pages" },
  { record: "CpuTlbEntry", when: "valid", position: "pfn", list: "pages" },
  { record: "DevicePte", when: "valid", position: "pfn", list: "pages" },
  { record: "DeviceTlbEntry", when: "valid", position: "pfn", list: "pages" },
  { record: "Engine", when: "atomic_in_flight", position: "atomic_page", list: "pages" },
];

export interface RandomTexts {
  readonly properties: readonly RawProperty[];
  readonly sometimes: readonly RawSometimes[];
}

/** Texts that compile. A text that grows too large is drawn again. */
export function randomTexts(random: Random, model: Model, count: number): RandomTexts {
  const properties = Array.from({ length: count }, (_, number): RawProperty => {
    const name = `random-${number}`;
    if (random.chance(0.5)) return { name, ...stateTexts(random, model) };
    return { name, ...stepTexts(random, model) };
  });
  const sometimes = Array.from({ length: count }, (_, number) => ({
    name: `state ${number}`,
    expr: textFor(random, model, stateVocabulary(model)),
  }));
  return { properties, sometimes };
}

function stateTexts(random: Random, model: Model): Pick<RawProperty, "expr" | "premise"> {
  const text = () => textFor(random, model, stateVocabulary(model));
  // A property that is true in nearly all states lets the search go on.
  const expr = random.chance(0.5) ? text() : `(${text()}) || (${text()}) || (${text()})`;
  return random.chance(0.3) ? { expr, premise: text() } : { expr };
}

function stepTexts(random: Random, model: Model): Pick<RawProperty, "expr" | "premise" | "on"> {
  const { program } = model;
  const on = random.chance(0.4) ? "step" : random.among(program.events).name;
  const event = program.events.find(({ name }) => name === on);
  const vocabulary = { ...vocabularyOf(model.schema, { event, step: stepVocabulary(program) }), links };
  const text = () => textFor(random, model, vocabulary, on);
  const expr = random.chance(0.3) ? text() : `(${text()}) || (${text()})`;
  return random.chance(0.3) ? { on, expr, premise: text() } : { on, expr };
}

function stateVocabulary({ schema }: Model): Vocabulary {
  return { ...vocabularyOf(schema), links };
}

/** Issues that a random text may have: it takes too many parts, or its numbers may leave the range. */
const allowed = /unrolls to more than|range of numbers/;

function textFor(random: Random, model: Model, vocabulary: Vocabulary, on?: string): string {
  for (;;) {
    const text = randomProperty(random.tape(40 + random.below(60)), vocabulary);
    const compiled = compileProperty(text, { schema: model.schema, ...stepContext(model.program, on) });
    if (compiled.ok && text.length < 1500) return text;
    const mistake = compiled.ok ? undefined : compiled.issues.find(({ message }) => !allowed.test(message));
    if (mistake !== undefined) throw new Error(`${text}: ${mistake.message}`);
  }
}

function stepContext(program: Program, on: string | undefined) {
  if (on === undefined) return {};
  return { event: program.events.find(({ name }) => name === on), step: stepVocabulary(program) };
}
