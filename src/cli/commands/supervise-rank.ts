/**
 * A rank of a search that a launcher such as `mpirun` has started consists of two processes. This one only starts the
 * other, which searches, and waits for it. So if that one is killed, for example because the system has no memory left,
 * this one can say so. And the launcher gets an exit code that says what happened, rather than a signal.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { hostname } from "node:os";
import { SearchFailure } from "../../checker/contract/search-types.ts";
import { launchedProcesses, launchedRank } from "../../checker/mpi/mpi-library.ts";
import type { CheckOptions } from "../options/check-options.ts";
import { type ExitCode, exitCodes } from "../surroundings/exit-code.ts";
import type { Host } from "../surroundings/surroundings.ts";
import { describeFailure } from "./keep-checkpoint.ts";

const supervisedVariable = "EXCLUSIVE_CHECK_SUPERVISED";

/**
 * By default Open MPI looks for messages without a break. If other work needs the core, that work cannot finish meanwhile,
 * and the message may depend on it. On a busy machine two ranks were three times as fast with this setting.
 */
const waitingPolitely = { OMPI_MCA_mpi_yield_when_idle: "1" };

/** Whether this process is to start another one, which will search. */
export function isSupervisor(env: Host["env"]): boolean {
  return launchedProcesses(env) !== undefined && !isSupervised(env);
}

/** Whether another process has started this one to search. */
export function isSupervised(env: Host["env"]): boolean {
  return env[supervisedVariable] !== undefined;
}

/** Runs this command again in another process, and gives its exit code. */
export async function superviseRank(options: CheckOptions, { env, stderr }: Host): Promise<ExitCode> {
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    env: { ...waitingPolitely, ...env, [supervisedVariable]: "1" },
    stdio: inherited(env),
  });
  let told = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    told = true;
    child.kill(signal);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, onSignal);
  const [code, signal] = (await once(child, "exit")) as [ExitCode | null, NodeJS.Signals | null];
  if (code !== null) return code;
  // Otherwise the launcher ends all ranks, and has said why.
  if (!told) {
    const where = `the process of rank ${launchedRank(env) ?? "?"} on ${hostname()}`;
    stderr.write(`${describeFailure(new SearchFailure(`${where} was killed by ${signal}`), options)}\n`);
  }
  return exitCodes.internal;
}

/** MPICH and Slurm talk to a process through a file descriptor, which its child must have under the same number. */
function inherited({ PMI_FD }: Host["env"]): ("inherit" | "ignore")[] {
  const last = PMI_FD === undefined ? 2 : Number(PMI_FD);
  return Array.from({ length: Math.max(2, last) + 1 }, (_, number) =>
    number <= 2 || number === last ? "inherit" : "ignore",
  );
}
