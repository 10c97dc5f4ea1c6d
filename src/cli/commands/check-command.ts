/** `exclusive-check <spec...>` */

import type { CheckHost } from "../../check/check-request.ts";
import { withMoreRoom } from "../../check/more-room.ts";
import { runCheck, startOf } from "../../check/run-check.ts";
import { searchOnce } from "../../check/search-check.ts";
import { type Search, SearchFailure } from "../../checker/contract/search-types.ts";
import { search } from "../../checker/search.ts";
import { printEdit } from "../../edits/edit.ts";
import { makeFolder } from "../../files/make-folder.ts";
import type { CheckResult } from "../../reporters/report.ts";
import type { Reporter } from "../../reporters/reporter.ts";
import { loadSpec } from "../../spec/load-spec.ts";
import { rejectMistakes, runChecks } from "../checks/run-checks.ts";
import type { CheckOptions } from "../options/check-options.ts";
import { chooseShard, type RunToShare, shardNote } from "../options/choose-shard.ts";
import { askedFeatures } from "../options/edit-choice.ts";
import { leftOutNotes, leftOutOf } from "../options/left-out.ts";
import { checkRequest, type PlannedCheck, planChecks } from "../options/plan-checks.ts";
import { optionsThatMatter } from "../options/reproduce.ts";
import { noOutputs, type Outputs, outputsOf, unlessImpossible } from "../output/outputs.ts";
import { progressLine } from "../output/progress-line.ts";
import { openReporters } from "../output/report-outputs.ts";
import { type ExitCode, exitCodeOf, exitCodes } from "../surroundings/exit-code.ts";
import { type Interruption, whileListening } from "../surroundings/interruption.ts";
import type { Host } from "../surroundings/surroundings.ts";
import { findSpecs, specPath } from "./find-specs.ts";
import { checkpointRequest, describeFailure, prepareCheckpoint } from "./keep-checkpoint.ts";
import { keepTracesIn } from "./keep-traces-in.ts";
import { prepareSpill } from "./prepare-spill.ts";
import { tellKernels } from "./tell-kernels.ts";

export interface CheckContext {
  /** The names of the commands, for a hint if a word is a mistyped command. */
  readonly commands: readonly string[];
  readonly version: string;
  /** What is different if several processes search together; left out if this one searches alone. */
  readonly crew?: Crew;
}

export interface Crew {
  readonly search: Search;
  /** Whether several processes take part in each search. */
  readonly sharesSearches: boolean;
  /** False for all processes but one. Their streams are silent too. */
  readonly writesFiles: boolean;
  /** Of the files of a checkpoint, those that this process writes. */
  readonly checkpointFiles: (checkpoint: string) => readonly string[];
}

export async function checkCommand(
  paths: readonly string[],
  options: CheckOptions,
  context: CheckContext,
  host: Host,
): Promise<ExitCode> {
  // This comes first, so that no signal is missed.
  return whileListening((interruption) => checkUntil(interruption, paths, options, context, host));
}

/** The same for a caller that already listens for signals. */
export async function checkUntil(
  interruption: Interruption,
  paths: readonly string[],
  options: CheckOptions,
  { commands, version, crew = alone }: CheckContext,
  host: Host,
): Promise<ExitCode> {
  const specs = findSpecs(paths, commands).map(loadSpec);
  const isLeftOut = leftOutOf(paths.map(specPath), options);
  const leftOut = leftOutNotes(specs, options, isLeftOut);
  const asked = askedFeatures(options);
  const all = planChecks(specs, options, asked, isLeftOut);
  const edits = (asked.edits ?? []).map(({ edit }) => printEdit(edit));
  const call = { specs, tool: version, options: optionsThatMatter(options, edits) };
  const describe = ({ target: { spec, kernel } }: PlannedCheck): RunToShare => {
    return { spec, row: kernel, kernel, maxStates: options.maxStates };
  };
  const { runs: checks, record } = chooseShard(all, describe, options.shard, call);
  const inputs = specs.map(({ file }) => file);
  const outputs = crew.writesFiles ? outputsOf(inputs, host) : noOutputs;
  if (crew.writesFiles) prepareOut(options);
  prepareCheckpoint(all.length, options, outputs, crew);
  prepareSpill(options);
  if (checks.length > 1) await rejectMistakes(checks, host, interruption.signal);
  const reporter = openReporters(options, new Set(all.map(({ target }) => target.spec)).size > 1, outputs, host);

  tellKernels(options.kernel, host.stderr);
  for (const note of [...leftOut, ...(record === undefined ? [] : [shardNote(record)])])
    host.stderr.write(`note: ${note}\n`);
  const searchCheck = searchOnce();
  const { results, warnings } = await runChecks(checks, {
    asked,
    builder: host,
    signal: interruption.signal,
    async run(check) {
      const result = await runWithProgress(check, reporter, outputs);
      if (result !== undefined) write(reporter.onResult(result));
      return result;
    },
    warn: (line) => host.stderr.write(`${line}\n`),
  });
  write(reporter.onEnd({ version, results, shard: record }));
  for (const line of warnings) host.stderr.write(`${line}\n`);
  const signal = await interruption.hear();
  return signal === undefined ? exitCodeOf(results, outputs.failed()) : exitCodes[signal];

  function write(text = ""): void {
    if (text !== "") host.stdout.write(text);
  }

  /** Undefined if a signal came before the search. */
  async function runWithProgress(
    planned: PlannedCheck,
    reporter: Reporter,
    outputs: Outputs,
  ): Promise<CheckResult | undefined> {
    const { spec, kernel } = planned.target;
    const start = startOf(planned.target);
    write(reporter.onStart?.(start));
    const progress = progressLine(host.stderr, `${spec.name} on ${kernel}`, options.quiet === true);
    try {
      const tell = (message: string): void => {
        progress.clear();
        host.stderr.write(`${message}\n`);
      };
      const checkpoint = checkpointRequest(options, tell);
      const checkHost: CheckHost = {
        version,
        keepTrace: keepTracesIn(options.out, outputs),
        search: crew.sharesSearches ? crew.search : withMoreRoom(crew.search, tell),
        buildModel: interruption.building(host.buildModel),
        signal: interruption.signal,
        onProgress(soFar) {
          const text = reporter.onProgress?.(start, soFar) ?? "";
          if (text !== "") progress.clear();
          write(text);
          progress.searched(soFar);
        },
      };
      return await runCheck(checkRequest(planned, options, checkpoint), checkHost, searchCheck);
    } catch (error) {
      if (interruption.isWhy(error)) return undefined;
      if (error instanceof SearchFailure) host.stderr.write(`${describeFailure(error, options)}\n`);
      throw error;
    } finally {
      progress.clear();
    }
  }
}

const alone: Crew = { search, sharesSearches: false, writesFiles: true, checkpointFiles: (checkpoint) => [checkpoint] };

/** Called before the search: after it, the results would be lost. */
export function prepareOut({ out }: Pick<CheckOptions, "out">): void {
  unlessImpossible({ name: `--out ${out}` }, () => makeFolder(out));
}
