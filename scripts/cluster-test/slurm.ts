/** Slurm with one node, this machine, in a folder of its own: no file of the system is read or written. */
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

export interface Slurm {
  /** For the programs that use it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly stop: () => void;
}

/** Seconds until the node must be ready. */
const mostSeconds = 60;

/** Throws if the node does not become ready. `folder` must exist; its path must be short, because it holds a socket. */
export async function startSlurm(folder: string): Promise<Slurm> {
  const key = join(folder, "munge.key");
  writeFileSync(key, randomBytes(128), { mode: 0o600 });
  for (const name of ["state", "spool"]) mkdirSync(join(folder, name));
  const pidFile = join(folder, "munged.pid");
  const munged = ["--key-file", key, "--socket", join(folder, "munge.socket"), "--pid-file", pidFile];
  const logs = ["--log-file", join(folder, "munged.log"), "--seed-file", join(folder, "munge.seed")];
  const begun = spawnSync("munged", ["--force", ...munged, ...logs], { encoding: "utf8" });
  if (begun.status !== 0) throw new Error(`munged did not start: ${begun.stderr}`);

  const configuration = join(folder, "slurm.conf");
  writeFileSync(configuration, await configurationIn(folder));
  const daemons = [
    spawn("slurmctld", ["-D", "-f", configuration], { stdio: "ignore" }),
    spawn("slurmd", ["-D", "-N", "localhost", "-f", configuration], { stdio: "ignore" }),
  ];
  const environment = { SLURM_CONF: configuration };
  const stop = (): void => {
    for (const daemon of daemons) daemon.kill();
    process.kill(Number(readFileSync(pidFile, "utf8")));
  };
  for (let second = 0; second < mostSeconds; second++) {
    const { stdout } = spawnSync("sinfo", ["--noheader", "--format=%T"], {
      encoding: "utf8",
      env: { ...process.env, ...environment },
    });
    if (stdout.trim() === "idle") return { environment, stop };
    await setTimeout(1000);
  }
  stop();
  throw new Error(`the node was not ready after ${mostSeconds} seconds`);
}

async function configurationIn(folder: string): Promise<string> {
  const user = process.getuid?.() === 0 ? "root" : (process.env.USER ?? "");
  return [
    "ClusterName=test",
    "SlurmctldHost=localhost",
    `SlurmUser=${user}`,
    `SlurmdUser=${user}`,
    `SlurmctldPort=${await freePort()}`,
    `SlurmdPort=${await freePort()}`,
    "AuthType=auth/munge",
    `AuthInfo=socket=${join(folder, "munge.socket")}`,
    "CredType=cred/munge",
    `StateSaveLocation=${join(folder, "state")}`,
    `SlurmdSpoolDir=${join(folder, "spool")}`,
    ...["slurmctld", "slurmd"].flatMap((name) => {
      const capital = name.replace("s", "S");
      return [`${capital}PidFile=${join(folder, name)}.pid`, `${capital}LogFile=${join(folder, name)}.log`];
    }),
    // Containers and virtual machines may have no control groups to give away.
    "ProctrackType=proctrack/pgid",
    "TaskPlugin=task/none",
    "SelectType=select/cons_tres",
    "SelectTypeParameters=CR_CPU",
    "JobAcctGatherType=jobacct_gather/none",
    "AccountingStorageType=accounting_storage/none",
    "SwitchType=switch/none",
    "MpiDefault=none",
    "ReturnToService=2",
    `NodeName=localhost NodeAddr=127.0.0.1 CPUs=${availableParallelism()} State=UNKNOWN`,
    "PartitionName=test Nodes=localhost Default=YES MaxTime=INFINITE State=UP",
    "",
  ].join("\n");
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
