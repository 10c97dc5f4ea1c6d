/** A trace on one kernel: drawn up, built and run some times. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Location } from "../../src/ir/program.ts";
import type { Scenario } from "../../src/model/scenario/scenario.ts";
import type { Subject } from "../../src/trace/violation.ts";
import { buildReproducer, runRound } from "./drive.ts";
import { type Outcome, outcomeOf, type Round } from "./outcome.ts";
import { isDrivable, type NotDrivable, type ProbePoint, probePointOf } from "./probe-points.ts";
import type { RaceKernel } from "./race-kernel.ts";
import { readKernelCode } from "./read-kernel-code.ts";
import { scheduleLines, writeReproducer } from "./reproducer.ts";
import { type Schedule, scheduleOf } from "./schedule.ts";
import { type Drive, obstacleIn } from "./tables.ts";
import type { NamedTrace } from "./traces.ts";

export interface Race {
  readonly named: NamedTrace;
  readonly subject: Subject;
  readonly scenario: Scenario;
}

export interface RaceResult {
  readonly kernel: string;
  readonly schedule: readonly string[];
  /** Why no thread can be held where the schedule needs it; empty if it can be driven. */
  readonly notDrivable: readonly string[];
  readonly rounds: readonly Outcome[];
}

/** A drive, or the reasons why there is none. */
export type Plan =
  | { readonly drive: Drive; readonly lines: readonly string[] }
  | { readonly reasons: readonly string[] };

/** The stops that are possible in the kernel's code decide which order of the steps is driven. */
export function planFor({ named, subject, scenario }: Race, kernel: RaceKernel): Plan {
  const code = readKernelCode(kernel.vmlinux, [kernel.testHmm]);
  const known = new Map<Location, ProbePoint | NotDrivable>();
  const lookUp = (place: Location) => {
    const found = known.get(place) ?? probePointOf(place, code);
    known.set(place, found);
    return found;
  };
  const probeOf = (place: Location) => {
    const found = lookUp(place);
    return isDrivable(found) ? found : undefined;
  };
  const schedule: Schedule = scheduleOf(named.trace, subject, (place) => costOf(probeOf(place)));
  const obstacle = obstacleIn(scenario, schedule);
  const reasons = schedule.impossible.map((place) => reasonFor(place, lookUp(place)));
  if (obstacle !== undefined || reasons.length > 0)
    return { reasons: [...(obstacle === undefined ? [] : [obstacle]), ...reasons] };
  return { drive: { scenario, schedule, probeOf }, lines: scheduleLines(schedule, probeOf) };
}

/** Writes, builds and runs the reproducer. What a round said is kept beside it. `onRound` hears of each round. */
export async function runRace(
  race: Race,
  kernel: RaceKernel,
  { folder, rounds }: { readonly folder: string; readonly rounds: number },
  onRound: (number: number, outcome: Outcome) => void,
): Promise<RaceResult> {
  const plan = planFor(race, kernel);
  const { trace } = race.named;
  if ("reasons" in plan) return { kernel: kernel.name, schedule: [], notDrivable: plan.reasons, rounds: [] };
  rmSync(folder, { recursive: true, force: true });
  writeReproducer(folder, plan.drive, { trace, kernel: kernel.name });
  buildReproducer(folder, kernel);
  const outcomes: Outcome[] = [];
  for (let number = 1; number <= rounds; number++) {
    const round = await runRound(folder, kernel);
    writeFileSync(join(folder, `round-${number}.txt`), textOf(round));
    const outcome = outcomeOf(round, trace.property);
    outcomes.push(outcome);
    onRound(number, outcome);
  }
  return { kernel: kernel.name, schedule: plan.lines, notDrivable: [], rounds: outcomes };
}

function textOf({ lines, log }: Round): string {
  return `${lines.join("\n")}\n\nThe kernel's log:\n\n${log}`;
}

/** A sleeping thread disturbs least. A split instruction is possible, but needs luck without the module. */
function costOf(probe: ProbePoint | undefined): number | undefined {
  if (probe === undefined) return undefined;
  return probe.waits === "spin" ? 6 : probe.split === undefined ? 2 : 4;
}

function reasonFor(place: Location, found: ProbePoint | NotDrivable): string {
  const because = isDrivable(found) ? "it can be held" : found.because;
  return `no thread can be held before "${place.label}" of ${place.procedure}: ${because}`;
}
