/** The file schedule.c: what the program of a reproducer does, as tables. */
import { at, required } from "../../src/ir/lookup.ts";
import type { Location } from "../../src/ir/program.ts";
import type { OperationCall, Scenario } from "../../src/model/scenario/scenario.ts";
import type { ProbePoint } from "./probe-points.ts";
import type { Piece, Schedule } from "./schedule.ts";

/** The operations that the program can run, by the model's names. */
export const runnable = [
  ..."load store atomic_add munmap madvise_dontneed madvise_free mlock munlock mprotect_read mprotect_write".split(" "),
  ..."clear_refs truncate ksm_merge uffd_wp uffd_resolve uprobe_replace atomic device_load device_store".split(" "),
] as const;

export interface Drive {
  readonly scenario: Scenario;
  readonly schedule: Schedule;
  /** Undefined if no thread can be held there. */
  readonly probeOf: (place: Location) => ProbePoint | undefined;
}

/** Why a scenario cannot be driven on any kernel; undefined if it can be. */
export function obstacleIn({ system, initially, actors }: Scenario, schedule: Schedule): string | undefined {
  if (system.processes.length > 1) return "the scenario has several processes, and the program runs in one";
  if (system.processes.some(({ vmas }) => vmas.some(({ folio }) => folio > 1)))
    return "the scenario has large folios, and the program maps single pages";
  const calls = [
    ...initially.map(({ call }) => call),
    ...operationsIn(schedule, { system, initially, actors }).map(({ call }) => call),
  ];
  const unknown = calls.find(({ operation }) => !runnable.includes(operation));
  return unknown && `the program does not have the operation ${unknown.operation}`;
}

export interface ActorOperation {
  readonly actor: string;
  readonly call: OperationCall;
}

/** The operations that begin in the schedule, in order. */
export function operationsIn({ pieces }: Pick<Schedule, "pieces">, scenario: Scenario): readonly ActorOperation[] {
  return pieces.flatMap((piece, index) =>
    beginningsIn(piece, lastStepBefore(pieces, index)).map((place) => ({
      actor: piece.actor,
      call: callOf(place.operation, scenario),
    })),
  );
}

/** The first steps of the operations that begin in a piece. */
function beginningsIn({ steps }: Piece, before: Location | undefined): readonly Location[] {
  return steps.filter((place, index) => callFrame(place) !== callFrame(index === 0 ? before : steps[index - 1]));
}

function callFrame(place: Location | undefined): unknown {
  return place?.stack[1];
}

function lastStepBefore(pieces: readonly Piece[], index: number): Location | undefined {
  return pieces
    .slice(0, index)
    .findLast(({ actor }) => actor === pieces[index]?.actor)
    ?.steps.at(-1);
}

/** Reads an operation as steps show it: `load buf[0]`, `munmap map`, `clear_refs parent`. */
function callOf(text: string, { system }: Scenario): OperationCall {
  const [, operation = "", name = "", page] = /^(\S+) (\w+)(?:\[(\d+)\])?$/.exec(text) ?? [];
  const vma = system.processes.flatMap(({ vmas }) => vmas).find((one) => one.name === name);
  if (vma === undefined) return { operation, target: { kind: "process", process: name } };
  const range = page === undefined ? { first: 0, count: vma.pages } : { first: Number(page), count: 1 };
  return { operation, target: { kind: "pages", vma: name, ...range } };
}

/** Throws if the drive has an obstacle. `origin` says in one line where the schedule is from. */
export function scheduleSource({ scenario, schedule, probeOf }: Drive, origin: string): string {
  const { pieces } = schedule;
  const actors = [...new Set([...scenario.initially.map(({ actor }) => actor), ...pieces.map(({ actor }) => actor)])];
  const vmas = scenario.system.processes.flatMap((process) => process.vmas);
  const operations = operationsIn(schedule, scenario);
  const started = actors.map((name) => scenario.initially.filter(({ actor }) => actor === name).length);
  const stops: string[] = [];
  const rows = pieces.map((piece, index) => {
    const actor = actors.indexOf(piece.actor);
    started[actor] = at(started, actor) + beginningsIn(piece, lastStepBefore(pieces, index)).length;
    const probe = piece.stopsBefore && probeOf(piece.stopsBefore);
    if (probe !== undefined) stops.push(stopRow(piece, probe, operations));
    return `{ ${actor}, ${started[actor]}, ${probe === undefined ? -1 : stops.length - 1} }`;
  });

  const call = ({ actor, call }: ActorOperation) => {
    const { target, operation } = call;
    const range =
      target.kind === "pages"
        ? `${vmas.findIndex(({ name }) => name === target.vma)}, ${target.first}, ${target.count}`
        : "0, 0, 0";
    return `{ ${actors.indexOf(actor)}, ${operation.toUpperCase()}, ${range} }`;
  };
  const areas = vmas.map(({ name, pages, backing, flags }) => {
    const kind = backing === "anonymous" ? "ANONYMOUS" : "PRIVATE_FILE";
    return `{ ${text(name)}, ${pages}, ${kind}, ${flags.includes("write")} }`;
  });
  return [
    `/* ${origin.replaceAll("*/", "* /")} */`,
    '#include "tables.h"\n',
    table("actor", "const char *const actor_names", actors.map(text)),
    table("area", "const struct area areas", areas),
    table("setup", "const struct operation setup", scenario.initially.map(call)),
    table("operation", "const struct operation operations", operations.map(call)),
    table("stop", "const struct stop stops", stops),
    table("piece", "const struct piece pieces", rows),
  ].join("\n");
}

function stopRow(
  { actor, steps, stopsBefore }: Piece,
  probe: ProbePoint,
  operations: readonly ActorOperation[],
): string {
  const place = required(stopsBefore, "the step before which a piece stops");
  const isSame = (step: Location) =>
    step.procedure === place.procedure && step.label === place.label && caller(step) === caller(place);
  const nth = steps.filter(isSame).length + 1;
  const thread = operations.some((one) => one.actor === actor && one.call.operation === "ksm_merge") ? "ksmd" : actor;
  const split = probe.split;
  const half = split === undefined ? "" : `${split.register} ${split.offset} ${split.mask} ${split.length} `;
  const rest = `${nth} ${probe.waits} ${half}${probe.places.join(" ")}`;
  const command = split === undefined ? "arm" : "split";
  // A thread's name has at most 15 bytes.
  return `{ ${text(command)}, ${text(thread.slice(0, 15))}, ${text(rest)}, ${text(probe.words)} }`;
}

function caller(place: Location): string | undefined {
  return place.stack.at(-2)?.procedure;
}

/** C has no empty arrays, so a row of zeros follows that is not counted. */
function table(name: string, declaration: string, rows: readonly string[]): string {
  const all = [...rows, declaration.includes("struct") ? "{ 0 }" : "0"].map((row) => `\n\t${row},`).join("");
  return `${declaration}[] = {${all}\n};\nconst int ${name}_count = ${rows.length};\n`;
}

/** A string of C. Names in scenarios are words, and the kernel's symbols and our own texts are ASCII. */
function text(value: string): string {
  return JSON.stringify(value);
}
