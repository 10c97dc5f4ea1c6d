/** Resolves the actors, their programs, and what happens before the exploration. */

import { type DriverName, driverTraits } from "../model/scenario/drivers.ts";
import type {
  ActorSpec,
  CallAttributes,
  OperationCall,
  ProcessSpec,
  ProgramItem,
  Scenario,
} from "../model/scenario/scenario.ts";
import { initialCalls, type PlacedCall, type PlacedItem, programOf } from "./calls.ts";
import type { Report } from "./collector.ts";
import { rejectMixedPins } from "./pin-purpose.ts";
import { maxOperations } from "./program-schema.ts";
import type { RawActor, RawSpec } from "./raw-spec.ts";
import { afterOf } from "./resolve-order.ts";
import { resolveTarget } from "./resolve-target.ts";
import { expectedOneOf, meantHint, quote } from "./wording.ts";

type Processes = ReadonlyMap<string, ProcessSpec>;

export function resolveActors(raw: RawSpec, processes: Processes, report: Report): readonly ActorSpec[] {
  const userOf = new Map<string, string>();
  return Object.entries(raw.actors).map(([name, actor]) => {
    if (actor.device !== undefined) checkDevice({ ...actor, name, device: actor.device }, raw, userOf, report);
    if (actor.run.length === 0 && !raw.initially?.some((call) => call.actor === name)) {
      const message = `${quote(name)} has nothing to run; expected an operation here, or one of its own in "initially"`;
      report(["actors", name, "run"], { code: "spec/idle-actor", message });
    }
    const items = programOf(raw, name);
    rejectLongProgram(name, items, report);
    rejectMixedPins(name, raw, report);
    const run = items.map((item) => resolveItem(item, raw, processes, report));
    const { process, device } = actor;
    const after = afterOf(name, raw, report);
    const order = after.length === 0 ? {} : { after };
    return { name, kind: device === undefined ? "thread" : "engine", process, device, ...order, run };
  });
}

export function resolveInitially(raw: RawSpec, processes: Processes, report: Report): Scenario["initially"] {
  const running = new Set(Object.keys(raw.system.processes));
  return initialCalls(raw).flatMap((placed, index) => {
    const actor = raw.actors[placed.actor];
    if (actor === undefined || !Object.hasOwn(raw.actors, placed.actor)) {
      const names = Object.keys(raw.actors);
      const hint = meantHint(placed.actor, names);
      const message = `there is no actor ${quote(placed.actor)}${expectedOneOf(names, hint)}`;
      report(["initially", index, "actor"], { code: "spec/unknown-actor", message, hint });
      return [];
    }
    if (processes.has(actor.process) && !running.has(actor.process)) {
      const message = `${quote(placed.actor)} acts before its process ${quote(actor.process)} is forked; expected that fork earlier in "initially"`;
      report(["initially", index, "actor"], { code: "spec/not-yet-forked", message });
    }
    if (placed.operation.target === "process") running.add(placed.target);
    return resolveCall(placed, raw, processes, report).map((call) => ({ actor: placed.actor, call }));
  });
}

/** The schema limits each list. This limits the total number of operations, including those of choices. */
function rejectLongProgram(name: string, items: readonly PlacedItem[], report: Report): void {
  const calls = items.flatMap((item) => (item.kind === "any" ? item.calls : [item.call]));
  const first = calls[maxOperations];
  if (first === undefined) return;
  const message = `${quote(name)} has ${calls.length} operations, including those of its choices; expected at most ${maxOperations}`;
  report(first.path, { code: "spec/out-of-range", message }, "key");
}

/** A device's page tables mirror one process. */
function checkDevice(
  { name, process, device }: RawActor & { readonly name: string; readonly device: string },
  raw: RawSpec,
  userOf: Map<string, string>,
  report: Report,
): void {
  const path = ["actors", name];
  const devices = Object.keys(raw.system.devices ?? {});
  if (!devices.includes(device)) {
    const hint = meantHint(device, devices);
    const message = `there is no device ${quote(device)} in "system"${expectedOneOf(devices, hint)}`;
    return report([...path, "device"], { code: "spec/unknown-device", message, hint });
  }
  const user = userOf.get(device) ?? process;
  userOf.set(device, user);
  if (user === process) return;
  const message = `the device ${quote(device)} already works in the process ${quote(user)}; expected that process, or another device`;
  report([...path, "process"], { code: "spec/shared-device", message });
}

function resolveItem(item: PlacedItem, raw: RawSpec, processes: Processes, report: Report): ProgramItem {
  const calls = (item.kind === "any" ? item.calls : [item.call]).flatMap((call) =>
    resolveCall(call, raw, processes, report),
  );
  const [call] = calls;
  // If there is no call, an error was reported and the scenario is never used.
  if (item.kind === "any" || call === undefined)
    return { kind: "any", calls, times: item.kind === "any" ? item.times : 1 };
  return { kind: "operation", call };
}

function resolveCall(placed: PlacedCall, raw: RawSpec, processes: Processes, report: Report): OperationCall[] {
  const { actor, operation, path } = placed;
  const kind = raw.actors[actor]?.device === undefined ? "thread" : "engine";
  if (operation.by !== kind) {
    const who = kind === "thread" ? "a thread" : "an engine of a device";
    const expected = `expected an operation of ${kind === "thread" ? "threads" : "engines"}`;
    const message = `${quote(actor)} is ${who} and cannot run ${quote(operation.name)}; ${expected}`;
    report(path, { code: "spec/wrong-actor", message }, "key");
    return [];
  }
  const device = raw.actors[actor]?.device ?? "";
  const { driver, memory } = raw.system.devices?.[device] ?? {};
  const movesToDevice = needsDeviceMemory(operation.name, driver);
  if (movesToDevice && !memory) {
    const message = `the device ${quote(device)} has no memory of its own to move a page to; expected "memory": 1 or more beside its "driver"`;
    report(path, { code: "spec/contradiction", message }, "key");
    return [];
  }
  const process = processes.get(raw.actors[actor]?.process ?? "");
  const target = process && resolveTarget(placed, process, report);
  const vma = process?.vmas.find(({ name }) => target?.kind === "pages" && target.vma === name);
  const movesRanges = driver !== undefined && driverTraits[driver].atomicsInOwnMemory;
  if (movesToDevice && movesRanges && (vma?.folio === 2 || vma?.pmdMapped)) {
    const message = `the driver of ${quote(device)} moves single pages, and ${quote(vma.name)} may have folios of two; expected "folio": 1 and no "pmdMapped"`;
    report(path, { code: "spec/bad-target", message });
    return [];
  }
  return target === undefined ? [] : [{ operation: operation.name, target, ...attributesOf(placed) }];
}

function needsDeviceMemory(operation: string, driver: DriverName | undefined): boolean {
  const forAtomic = operation === "atomic" && driver !== undefined && driverTraits[driver].atomicsInOwnMemory;
  return operation === "migrate_to_device" || operation === "evict_from_device" || forAtomic;
}

/** Leaves out what is the default. */
function attributesOf({ attributes }: PlacedCall): { readonly attributes?: CallAttributes } {
  const reading = attributes.for === "reading" ? ({ for: "reading" } as const) : {};
  const fast = attributes.fast === true ? ({ fast: true } as const) : {};
  const own = { ...reading, ...fast };
  return Object.keys(own).length === 0 ? {} : { attributes: own };
}
