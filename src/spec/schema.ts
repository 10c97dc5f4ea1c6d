/**
 * The JSON Schema of spec files. It is made from the tables of the model, so that it includes each new operation, kernel
 * and feature. `schema/spec.schema.json` is the same schema as a file, for editors.
 */

import { features } from "../model/features/catalogue.ts";
import { kernelRanges } from "../model/versions/ranges.ts";
import { kernelVersions } from "../model/versions/rows.ts";
import { builtInProperties } from "../properties/built-in/built-in-properties.ts";
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
    'A verdict: "holds", or an object that names the violated properties; "unknown" or null if nothing is expected.',
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
          "The number of states that a search with the default options and without limits counts. If it counts another number, the outcome differs.",
        type: "integer",
        minimum: 1,
        examples: [1234],
      },
      depth: {
        description: "The number of steps to the deepest state, counted by the same search.",
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
  description: "A property that this scenario defines.",
  type: "object",
  properties: {
    name: { description: "Its name.", type: "string", pattern: namePattern, examples: ["gpu-keeps-page"] },
    sentence: {
      description: "What it promises, in one sentence.",
      type: "string",
      examples: ["The page in use is never freed."],
    },
    expr: cel("The condition that must be true.", "pages.all(p, p.refcount <= 3)"),
    on: {
      description:
        'Makes this a property of steps: of the steps that emit this event or, for "step", of every step. `old` is then the state before the step. Without "on", the property is about every state.',
      type: "string",
      examples: ["cpu_store", "step"],
    },
    premise: cel(
      "The premise: the property is tested only when this is true. If it is never true, the report says that the property is vacuous.",
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
    ? `The expected verdict for ${range.slice(0, -1)} and all later versions.`
    : `The expected verdict for the versions from ${from} to ${to}.`;
}

const kernels: JsonSchema = {
  description:
    'The kernel versions to check, each with its expected verdict. A range such as "v6.4+" or "v5.14..v6.4" stands for every version in it.',
  type: "object",
  properties: Object.fromEntries([
    ...kernelVersions.map((kernel) => [kernel, expectationFor(`The expected verdict for ${kernel}.`)]),
    ...kernelRanges.map((range) => [range, expectationFor(rangeSentence(range))]),
  ]),
  additionalProperties: false,
  minProperties: 1,
  examples: [{ v8: { violates: ["no-deadlock"] }, "v6.4+": "holds" }],
};

const properties: JsonSchema = {
  description:
    '"all" for all built-in properties, or a list of built-in names and of properties that the scenario defines. A name after "-" is left out.',
  default: "all",
  examples: ["all", ["no-deadlock", "no-lost-reference"], ["all", "-no-use-after-free"]],
  if: { type: "array" },
  then: {
    minItems: 1,
    items: {
      description:
        'The name of a built-in property, "all" for all of them, a name after "-" to leave it out, or a property that the scenario defines.',
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
    "States that must be reachable. If one is not reached, the check fails, because it did not test what it was written for.",
  type: "array",
  items: {
    description: "A state that must be reachable.",
    type: "object",
    properties: {
      name: { description: "The name of the state.", type: "string", minLength: 1, examples: ["the page is shared"] },
      expr: cel("True in such a state.", "pages.exists(p, p.refcount > 1)"),
    },
    required: ["name", "expr"],
    additionalProperties: false,
    examples: [{ name: "the page is shared", expr: "pages.exists(p, p.refcount > 1)" }],
  },
  examples: [[{ name: "the page is shared", expr: "pages.exists(p, p.refcount > 1)" }]],
};

const search: JsonSchema = {
  description: "Limits of the search. If one is reached, the verdict is incomplete.",
  type: "object",
  properties: {
    depth: { description: "The maximal length of a path, in steps.", type: "integer", minimum: 1, examples: [200] },
    maxStates: {
      description: "The maximal number of states to store.",
      type: "integer",
      minimum: 1,
      examples: [1000000],
    },
  },
  additionalProperties: false,
  examples: [{ depth: 200 }],
};

/** Draft 7, which editors support best. */
export const specSchema: JsonSchema = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "exclusive-check scenario",
  description: "One scenario. It is checked against each kernel version that it names.",
  type: "object",
  properties: {
    $schema: {
      description: "The path of this schema, for editors.",
      type: "string",
      examples: ["../schema/spec.schema.json"],
    },
    name: { description: "The scenario's name.", type: "string", pattern: namePattern, examples: ["fork-race"] },
    description: {
      description: "One sentence that says what the scenario is about.",
      type: "string",
      examples: ["fork() copies a range in which a device holds a page exclusively."],
    },
    kernels,
    with: featureList("Features switched on, for every kernel."),
    without: featureList("Features switched off, for every kernel. Shows what this line protects against."),
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
