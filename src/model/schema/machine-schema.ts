/** The names that properties use for the machine's state. */
import { inOldState } from "../../ir/old-state.ts";
import type { ProgramNames } from "../../ir/program.ts";
import type { Schema, SchemaValue } from "../../ir/schema.ts";
import type { Machine } from "../machine/machine.ts";
import { agentNames } from "./agents.ts";
import { memoryNames } from "./memory.ts";
import { scalar } from "./values.ts";
import { vocabularyOf } from "./vocabulary.ts";

export function machineSchema(machine: Machine, program: ProgramNames): Schema {
  const vocabulary = vocabularyOf(machine);
  const now = { ...memoryNames(machine, vocabulary), ...agentNames(machine, program, vocabulary) };
  const before = Object.fromEntries(Object.entries(now).map(([name, value]) => [name, old(value)]));
  return (inOld) => (inOld ? before : now);
}

function old(value: SchemaValue): SchemaValue {
  switch (value.kind) {
    case "scalar":
      return scalar(inOldState(value.expr));
    case "record":
      return {
        ...value,
        fields: Object.fromEntries(Object.entries(value.fields).map(([name, part]) => [name, old(part)])),
      };
    case "list":
      return { ...value, at: (position) => old(value.at(position)) };
  }
}
