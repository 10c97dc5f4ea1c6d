/** Evaluates one built-in property in a state, or at a step, that a test writes by hand. */
import assert from "node:assert/strict";
import { builtInProperties } from "../../src/properties/built-in/built-in-properties.ts";
import { compileDefinition } from "../../src/properties/definition.ts";
import { type ProtocolState, protocol, protocolEvents } from "./protocol-state.ts";

interface Judged {
  /** Whether a premise was true, so that the state or the event tests the property. */
  readonly tested: boolean;
  readonly holds: boolean;
  readonly why: string | undefined;
}

interface Emitted {
  readonly event: string;
  readonly args: Readonly<Record<string, number | boolean>>;
}

export function judge(name: string, state: ProtocolState, emitted?: Emitted): Judged {
  const definition = builtInProperties.find((property) => property.name === name);
  assert.ok(definition !== undefined, `no property ${name}`);
  const { context, evaluator } = protocol(state);
  const result = compileDefinition(definition, context);
  assert.ok(result.ok, JSON.stringify(result));
  const parameters = protocolEvents.find((event) => event.name === emitted?.event)?.parameters ?? [];
  const evaluate = evaluator(parameters.map((parameter) => Number(emitted?.args[parameter.name] ?? 0)));
  let [tested, holds] = [false, true];
  let why: string | undefined;
  for (const [index, check] of result.property.checks.entries()) {
    if (check.kind !== "state" && check.kind !== "step") continue;
    if (check.kind === "step" && check.event !== emitted?.event) continue;
    if (check.premise !== undefined && evaluate(check.premise) === 0) continue;
    tested = true;
    if (evaluate(check.condition) !== 0) continue;
    holds = false;
    const told = result.explain[index]?.(evaluate);
    const where = told?.bindings.map(({ name, label }) => `${name} = ${label}: `).join("") ?? "";
    why ??= `${where}${told?.values.map(({ text, value }) => `${text} = ${value}`).join(", ")}`;
  }
  return { tested, holds, why };
}

export const anonymous = { refcount: 1, mapcount: 1, anon: true };
export const present = { process: "parent", kind: "present", mapped: true, write: true, running: true };
export const exclusive = {
  process: "parent",
  kind: "device_exclusive",
  write: true,
  device_writable: true,
  running: true,
};
