/** The part of the spec files' schema that describes actors and their programs. */
import {
  type AttributeName,
  type OperationEntry,
  operationAttributes,
  operationCatalogue,
} from "../model/scenario/operation-catalogue.ts";
import { type JsonSchema, namePattern } from "./schema-types.ts";

const maxActors = 8;
const maxTimes = 16;
/** The limit for one actor and for `initially`. Each operation is recorded separately, so more would take seconds to build. */
export const maxOperations = 64;

const exampleTargets: Readonly<Record<OperationEntry["target"], readonly string[]>> = {
  page: ["buf[0]"],
  pages: ["buf[0]", "buf"],
  vma: ["buf"],
  process: ["child"],
  self: ["parent"],
  move: ["buf -> spare"],
  "page-move": ["buf[0] -> spare[0]"],
};

type Properties = Readonly<Record<string, JsonSchema>>;

const catalogue: readonly OperationEntry[] = operationCatalogue;

function propertiesOf(entries: readonly OperationEntry[]): Properties {
  return Object.fromEntries(
    entries.map(({ name, by, target, sentence }) => [
      name,
      {
        description: `${by === "engine" ? "An engine's operation" : "A thread's operation"}. ${sentence}`,
        type: "string",
        examples: exampleTargets[target],
      },
    ]),
  );
}

function attributesOf(names: readonly AttributeName[]): Properties {
  const own = operationAttributes.filter(({ name }) => names.includes(name));
  return Object.fromEntries(
    own.map(({ name, sentence, values }) => [
      name,
      { description: sentence, enum: values, default: values[0], examples: values.slice(1) },
    ]),
  );
}

/** An object with one operation, its attributes, and the keys that stand beside it. */
function operationWith(beside: Properties): JsonSchema {
  const required = Object.keys(beside);
  const plain = catalogue.filter(({ attributes }) => attributes === undefined);
  const one = required.length + 1;
  const withoutAttributes: JsonSchema = {
    properties: { ...beside, ...propertiesOf(plain) },
    additionalProperties: false,
    minProperties: one,
    maxProperties: one,
  };
  return catalogue.reduce((otherwise: JsonSchema, entry) => {
    if (entry.attributes === undefined) return otherwise;
    const properties = { ...beside, ...propertiesOf([entry]), ...attributesOf(entry.attributes) };
    return { if: { required: [entry.name] }, then: { properties, additionalProperties: false }, else: otherwise };
  }, withoutAttributes);
}

const operation: JsonSchema = {
  description: "One operation and what it works on.",
  type: "object",
  ...operationWith({}),
  examples: [{ store: "buf[0]" }, { fork: "child" }],
};

const programItem: JsonSchema = {
  description: "An operation, or a free choice among several.",
  examples: [{ store: "buf[0]" }, { any: [{ load: "buf[0]" }, { store: "buf[0]" }], times: 2 }],
  type: "object",
  if: { required: ["any"] },
  then: {
    properties: {
      any: {
        description: "The operations to choose from; each time one of them runs.",
        type: "array",
        items: operation,
        minItems: 1,
        maxItems: maxOperations,
        examples: [[{ load: "buf[0]" }, { store: "buf[0]" }]],
      },
      times: {
        description: "How many times an operation is chosen and run.",
        type: "integer",
        minimum: 1,
        maximum: maxTimes,
        default: 1,
        examples: [2],
      },
    },
    additionalProperties: false,
  },
  else: operation,
};

const actor: JsonSchema = {
  description: 'A thread of a process, which has its own CPU. With "device", an engine of that device.',
  type: "object",
  properties: {
    process: {
      description: "The process whose memory the actor works on: one of system.processes, or one that a fork makes.",
      type: "string",
      examples: ["parent", "child"],
    },
    device: { description: "The device that the engine belongs to.", type: "string", examples: ["gpu"] },
    after: {
      description: "Another actor, or a list of them: this actor takes its first step when they have finished.",
      if: { type: "array" },
      then: {
        items: { description: "An actor.", type: "string", examples: ["writer"] },
        minItems: 1,
        maxItems: maxActors,
      },
      else: { type: "string" },
      examples: ["writer", ["writer", "engine"]],
    },
    run: {
      description: 'The operations that the actor runs, in order. May be empty if the actor acts only in "initially".',
      type: "array",
      items: programItem,
      maxItems: maxOperations,
      examples: [[{ store: "buf[0]" }]],
    },
  },
  required: ["process", "run"],
  additionalProperties: false,
  examples: [
    { process: "parent", run: [{ fork: "child" }] },
    { device: "gpu", process: "parent", run: [{ atomic: "buf[0]" }] },
  ],
};

export const actorsSchema: JsonSchema = {
  description: "The actors, by name. Every interleaving of their steps is explored.",
  type: "object",
  propertyNames: { pattern: namePattern },
  additionalProperties: actor,
  minProperties: 1,
  maxProperties: maxActors,
  examples: [{ writer: { process: "parent", run: [{ store: "buf[0]" }] } }],
};

export const initiallySchema: JsonSchema = {
  description:
    "What happens before the exploration begins, in order. Each operation runs alone from its beginning to its end.",
  type: "array",
  maxItems: maxOperations,
  items: {
    description: "An operation of one actor.",
    type: "object",
    ...operationWith({ actor: { description: "The actor that ran it.", type: "string", examples: ["engine"] } }),
    required: ["actor"],
    examples: [{ actor: "engine", atomic: "buf[0]" }],
  },
  examples: [
    [
      { actor: "writer", store: "buf[0]" },
      { actor: "engine", atomic: "buf[0]" },
    ],
  ],
};
