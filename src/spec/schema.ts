/**
 * The JSON Schema of spec files, made from the tables of the model, so that a new operation, kernel or feature is in it
 * at once. `schema/spec.schema.json` is this one written out, for editors.
 */

import { features } from "../model/features/catalogue.ts";
import { kernelRanges } from "../model/versions/ranges.ts";
import { kernelVersions } from "../model/versions/rows.ts";
import { builtInProperties } from "../properties/built-in.ts";
import { actorsSchema, initiallySchema } from "./program-schema.ts";
import { type JsonSchema, namePattern } from "./schema-types.ts";
import { systemSchema } from "./system-schema.ts";

const featureList = (description: string): JsonSchema => ({
  description: `${description} \`exclusive-check list features\` explains each one.`,
  type: "array",
  items: { enum: features.map(({ name }) => name) },
  examples: [["restore-notifies"]],
});

const editList = (description: string): JsonSchema => ({
  description: `${description} \`exclusive-check explain PROCEDURE\` lists the steps of a procedure, and their effects.`,
  type: "array",
  items: { type: "string" },
  examples: [["move remove_device_exclusive_entry: folio_put before unlock_page"]],
});

const expectation: JsonSchema = {
  description:
    'A verdict: "holds", or an object that names the violated properties; "unknown" or null where there is no expectation.',
  examples: ["holds", { violates: ["no-deadlock"] }, { holds: true, states: 1234, without: ["restore-notifies"] }],
  if: { type: "object" },
  then: {
    properties: {
      holds: { description: "Every property is expected to hold.", const: true, examples: [true] },
      violates: {
        description: "The properties that are expected to be violated; all others are expected to hold.",
        type: "array",
        minItems: 1,
        items: { type: "string" },
        examples: [["no-deadlock"]],
      },
      states: {
        description:
          "The number of states that a search without bounds counts, by default: with another, the outcome differs.",
        type: "integer",
        minimum: 1,
        examples: [1234],
      },
      depth: {
        description: "The number of steps to the deepest state, as such a search counts it.",
        type: "integer",
        minimum: 0,
        examples: [20],
      },
      with: featureList("Features switched on for this kernel only."),
      without: featureList("Features switched off for this kernel only."),
      edits: editList("Changes to procedures of this kernel only."),
    },
    additionalProperties: false,
    minProperties: 1,
  },
  else: {
    title: '"holds", "unknown", null or an object such as { "violates": ["no-deadlock"] }',
    enum: ["holds", "unknown", null],
  },
};

const cel = (description: string, ...examples: readonly string[]): JsonSchema => ({
  description: `${description} In the Common Expression Language (CEL).`,
  type: "string",
  examples,
});

const inlineProperty: JsonSchema = {
  description: "A property of this scenario's own.",
  type: "object",
  properties: {
    name: { description: "Its name.", type: "string", pattern: namePattern, examples: ["gpu-keeps-page"] },
    sentence: {
      description: "What it promises, in one sentence.",
      type: "string",
      examples: ["The page in use is never freed."],
    },
    expr: cel("What has to be true.", "pages.all(p, p.refcount <= 3)"),
    on: {
      description:
        'Makes it a property of steps: of those that emit this event, or of every one for "step". Then `old` is the state before the step. Without it, the property speaks of every state.',
      type: "string",
      examples: ["cpu_store", "step"],
    },
    premise: cel(
      "When the property is put to the test; if it never is, the run says that the property was vacuous.",
      "pages.exists(p, p.refcount > 0)",
    ),
  },
  required: ["name", "expr"],
  additionalProperties: false,
  examples: [{ name: "few-references", expr: "pages.all(p, p.refcount <= 3)" }],
};

const expectationFor = (description: string): JsonSchema => ({ description, $ref: "#/definitions/expectation" });

function rangeSentence(range: string): string {
  const [from, to] = range.split("..");
  return to === undefined
    ? `The verdict expected of ${range.slice(0, -1)} and of all later versions.`
    : `The verdict expected of the versions from ${from} to ${to}.`;
}

const kernels: JsonSchema = {
  description:
    'The kernel versions to check against, each with the verdict expected of it. A range such as "v6.4+" or "v5.14..v6.4" stands for every version in it.',
  type: "object",
  properties: Object.fromEntries([
    ...kernelVersions.map((kernel) => [kernel, expectationFor(`The verdict expected of ${kernel}.`)]),
    ...kernelRanges.map((range) => [range, expectationFor(rangeSentence(range))]),
  ]),
  additionalProperties: false,
  minProperties: 1,
  examples: [{ v8: { violates: ["no-deadlock"] }, "v6.4+": "holds" }],
};

const properties: JsonSchema = {
  description:
    '"all" built-in properties, or a list of their names and of the scenario\'s own. A name after "-" is left out of the list.',
  default: "all",
  examples: ["all", ["no-deadlock", "no-lost-reference"], ["all", "-no-use-after-free"]],
  if: { type: "array" },
  then: {
    minItems: 1,
    items: {
      description:
        'A built-in property\'s name, "all" for all of them, a name after "-" to leave it out, or a property of the scenario\'s own.',
      examples: ["all", "no-deadlock", { name: "few-references", expr: "pages.all(p, p.refcount <= 3)" }],
      if: { type: "object" },
      then: inlineProperty,
      else: {
        title: "a property's name or an object with a name and an expr",
        enum: ["all", ...builtInProperties.flatMap(({ name }) => [name, `-${name}`])],
      },
    },
  },
  else: { title: '"all" or a list of properties', const: "all" },
};

const sometimes: JsonSchema = {
  description:
    "States that have to be reachable: where one is not, the run fails, for it did not try what it was written for.",
  type: "array",
  items: {
    description: "A state that has to be reachable.",
    type: "object",
    properties: {
      name: { description: "What the state is.", type: "string", minLength: 1, examples: ["the page is shared"] },
      expr: cel("True in such a state.", "pages.exists(p, p.refcount > 1)"),
    },
    required: ["name", "expr"],
    additionalProperties: false,
    examples: [{ name: "the page is shared", expr: "pages.exists(p, p.refcount > 1)" }],
  },
  examples: [[{ name: "the page is shared", expr: "pages.exists(p, p.refcount > 1)" }]],
};

const search: JsonSchema = {
  description: "Bounds of the search. Reaching one makes the verdict incomplete.",
  type: "object",
  properties: {
    depth: { description: "The most steps in a row.", type: "integer", minimum: 1, examples: [200] },
    maxStates: { description: "The most states to store.", type: "integer", minimum: 1, examples: [1000000] },
  },
  additionalProperties: false,
  examples: [{ depth: 200 }],
};

/** Draft 7, which editors support best. */
export const specSchema: JsonSchema = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "exclusive-check scenario",
  description: "One scenario, checked against each kernel version that it names.",
  type: "object",
  properties: {
    $schema: {
      description: "Where editors find this schema.",
      type: "string",
      examples: ["../schema/spec.schema.json"],
    },
    name: { description: "The scenario's name.", type: "string", pattern: namePattern, examples: ["fork-race"] },
    description: {
      description: "What the scenario is about.",
      type: "string",
      examples: ["fork() copies a range in which a device holds a page exclusively."],
    },
    kernels,
    with: featureList("Features switched on, for every kernel."),
    without: featureList("Features switched off, for every kernel: what if this line were missing?"),
    edits: editList("Changes to the kernel's procedures, for every kernel: what if the patch did this?"),
    system: systemSchema,
    initially: initiallySchema,
    actors: actorsSchema,
    properties,
    sometimes,
    search,
  },
  required: ["name", "kernels", "system", "actors"],
  additionalProperties: false,
  definitions: { expectation },
};
