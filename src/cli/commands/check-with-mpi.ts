/**
 * `exclusive-check <spec...> --mpi`: all processes run the same checks, and each search is divided among them. The first
 * one writes, and its exit code counts.
 */
import { setTimeout as delay } from "node:timers/promises";
import { isStop } from "../../check/stopping.ts";
import { partFile } from "../../checker/checkpoint/parts.ts";
import type { Search } from "../../checker/contract/search-types.ts";
import type { Ranks } from "../../checker/distributed/ranks.ts";
import { startMpi } from "../../checker/mpi/mpi-library.ts";
import { mpiRanks } from "../../checker/mpi/mpi-ranks.ts";
import { mpiSearch } from "../../checker/mpi/mpi-search.ts";
import { usageError } from "../../diagnostics/usage-error.ts";
import { sha256Hex } from "../../ir/sha256.ts";
import { loadSpec } from "../../spec/load-spec.ts";
import type { CheckOptions } from "../options/check-options.ts";
import { type ExitCode, exitCodes } from "../surroundings/exit-code.ts";
import { type Interruption, whileListening } from "../surroundings/interruption.ts";
import type { Host, Output } from "../surroundings/surroundings.ts";
import { type CheckContext, checkUntil } from "./check-command.ts";
import { findSpecs } from "./find-specs.ts";
import { isSupervised, isSupervisor, superviseRank } from "./supervise-rank.ts";

/** Another rank waits this long with its error: usually it is the error of all, and the first rank reports it. */
const patienceMs = 2000;

export async function checkWithMpi(
  paths: readonly string[],
  options: CheckOptions,
  context: CheckContext,
  host: Host,
): Promise<ExitCode> {
  if (options.store === "bitstate")
    throw usageError(
      "--mpi cannot search with --store bitstate: what is missed would depend on the number of processes",
    );
  if (isSupervisor(host.env)) return superviseRank(options, host);
  return whileListening(async (interruption) => {
    const mpi = await startMpi(host.env, isSupervised(host.env));
    // A process that ends before the others must end them too, because they wait for it.
    const endAll = (code: number): void => mpi.abort(code);
    process.once("exit", endAll);
    try {
      const ranks = await mpiRanks(mpi);
      await compareCalls(ranks, paths, options, context);
      const together = agreeing(interruption, mpiSearch(ranks));
      const writes = ranks.rank === 0;
      const checkpointFiles = (file: string): readonly string[] => {
        const own = partFile(file, ranks.rank, 1);
        return writes ? [file, own] : [own];
      };
      const crew = { search: together.search, sharesSearches: true, writesFiles: writes, checkpointFiles };
      const streams = writes ? {} : { stdout: silent, stderr: silent };
      const code = await checkUntil(
        together.interruption,
        paths,
        options,
        { ...context, crew },
        { ...host, ...streams },
      );
      await ranks.gather(new Uint8Array());
      process.off("exit", endAll);
      mpi.finalize();
      return writes ? code : exitCodes.asExpected;
    } catch (error) {
      if (mpi.rank > 0) {
        await delay(patienceMs);
        host.stderr.write(`the process of rank ${mpi.rank} failed:\n`);
      }
      throw error;
    }
  }, oneSignalMs);
}

/** The launcher sends its signal to all processes of a rank, and the supervising one passes it on. That is one signal. */
const oneSignalMs = 500;

const silent: Output = { write() {} };

/** Throws a UserError unless all ranks are about to do the same. */
async function compareCalls(
  ranks: Ranks,
  paths: readonly string[],
  options: CheckOptions,
  { commands, version }: CheckContext,
): Promise<void> {
  const texts = findSpecs(paths, commands).map((path) => loadSpec(path).text);
  const own = {
    "version of exclusive-check": version,
    "version of Node.js": process.version,
    options: sha256Hex(JSON.stringify(options)),
    scenarios: sha256Hex(JSON.stringify(texts)),
  };
  const calls = await ranks.gather(Buffer.from(JSON.stringify(own), "utf8"));
  for (const [rank, bytes] of calls.entries()) {
    const other = JSON.parse(Buffer.from(bytes).toString("utf8")) as typeof own;
    for (const [what, value] of Object.entries(own))
      if (other[what as keyof typeof own] !== value)
        throw usageError(
          `the processes do not fit together: rank ${rank} and rank ${ranks.rank} differ in their ${what}`,
        );
  }
}

/** Ranks hear a signal at different moments. Here it counts for each of them when it has ended a search. */
function agreeing(
  interruption: Interruption,
  search: Search,
): { readonly interruption: Interruption; readonly search: Search } {
  const agreed = new AbortController();
  return {
    interruption: {
      ...interruption,
      signal: agreed.signal,
      building: (buildModel) => buildModel,
      isWhy: (error) => isStop(error, agreed.signal),
    },
    async search(program, properties, searching = {}) {
      const found = await search(program, properties, { ...searching, signal: interruption.signal });
      if (found.bound === "signal") agreed.abort();
      return found;
    },
  };
}
