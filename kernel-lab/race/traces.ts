/** The traces to drive: one that a file holds, or those that a check of a scenario finds. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { usageError } from "../../src/diagnostics/usage-error.ts";
import { makeFolder } from "../../src/files/make-folder.ts";
import { loadSpec } from "../../src/spec/load-spec.ts";
import type { Trace } from "../../src/trace/format.ts";
import { readTrace, readTraceOrScenario } from "../../src/trace/read-trace.ts";
import { LabError } from "../lab-error.ts";
import type { RaceKernel } from "./race-kernel.ts";

export interface NamedTrace {
  readonly path: string;
  readonly trace: Trace;
}

export interface TraceChoice {
  /** The kernel with the bug: a scenario is checked under its row of the model. */
  readonly kernel: RaceKernel;
  readonly property: string | undefined;
  /** Where a check writes its traces. */
  readonly out: string;
}

/** Throws a UserError if the file is neither, and a LabError if the model finds no violation. */
export function tracesIn(path: string, choice: TraceChoice): readonly NamedTrace[] {
  const trace = readTraceOrScenario(path);
  if (trace === undefined) return check(path, choice).map((found) => ({ path: found, trace: readTrace(found) }));
  if (choice.property === undefined || choice.property === trace.property) return [{ path, trace }];
  throw usageError(`the trace violates ${trace.property}, not ${choice.property}`);
}

/** The only driver that runs in a guest. */
const testDriver = "test_hmm";

/** The path of the scenario, or of a copy in which every device has the test driver, and whether it is a copy. */
function withTestDriver(path: string, out: string): { readonly file: string; readonly changed: boolean } {
  const { scenario, source } = loadSpec(path);
  if (scenario.system.devices.every(({ driver }) => driver === testDriver)) return { file: path, changed: false };
  const spec = JSON.parse(source.text) as { readonly system: { readonly devices: Record<string, object> } };
  const devices = Object.entries(spec.system.devices).map(([name, device]) => [
    name,
    { ...device, driver: testDriver },
  ]);
  const copy = { ...spec, system: { ...spec.system, devices: Object.fromEntries(devices) } };
  makeFolder(out);
  const file = join(out, basename(path));
  writeFileSync(file, `${JSON.stringify(copy, undefined, 2)}\n`);
  return { file, changed: true };
}

const program = fileURLToPath(new URL("../../bin/exclusive-check.js", import.meta.url));

function check(path: string, { kernel, property, out }: TraceChoice): readonly string[] {
  const { inModel } = kernel;
  if (inModel === undefined)
    throw usageError(`it is not known what ${kernel.name} is in the model`, "give a trace instead of a scenario");
  const changes = [
    ...inModel.with.flatMap((name) => ["--with", name]),
    ...inModel.without.flatMap((name) => ["--without", name]),
    ...(property === undefined ? [] : ["--property", property]),
  ];
  const options = ["--kernel", inModel.row, ...changes, "--all-violations", "--json", "--out", out];
  const { file, changed } = withTestDriver(path, out);
  const { stdout, stderr } = spawnSync(process.execPath, [program, file, ...options], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (stdout === "") throw new LabError(stderr.trim());
  const { results } = JSON.parse(stdout) as { readonly results: readonly CheckedScenario[] };
  const traces = results.flatMap(({ violations }) => violations.map(({ trace }) => trace));
  const driven = changed ? " with the test driver, which is the one that the guest has" : "";
  if (traces.length === 0) throw new LabError(`the model finds no violation of ${path} on ${kernel.name}${driven}`);
  return traces;
}

interface CheckedScenario {
  readonly violations: readonly { readonly property: string; readonly trace: string }[];
}
