/** Searches by several processes that Open MPI starts. `npm run cluster-test` has more of them, also on two hosts. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { missingCommand } from "../../scripts/library/missing-command.ts";
import { type Run, run, timeless } from "../fixtures/interrupted-run.ts";
import { tries } from "../fixtures/nightly.ts";

const skip = missingCommand([["mpirun", "--version"]], "openmpi-bin") ?? false;

const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));

/** Open MPI refuses to run for root, or with more processes than CPUs, unless these variables allow it. */
const anyMpi = {
  OMPI_ALLOW_RUN_AS_ROOT: "1",
  OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: "1",
  OMPI_MCA_rmaps_base_oversubscribe: "1",
};

/** It has violations, and so many states that the processes still search when one of them is killed. */
const scenario = ["specs/swap-in-twice.json", "--kernel", "v8", "--memory", "128MiB", "--json"];

let alone: Promise<Run> | undefined;
/** The search by one process. */
function oneProcess(): Promise<Run> {
  alone ??= run([...scenario, "--workers", "1", "--out", join(folder, "whole")]);
  return alone;
}

/** Far more than such a search takes. It only ends processes that hang. */
const longestRunMs = 300_000;

async function mpirun(
  processes: number,
  args: readonly string[],
  onStart: (child: ChildProcess) => void = () => {},
): Promise<Run> {
  const command = ["-n", String(processes), process.execPath, "bin/exclusive-check.js", ...args, "--mpi"];
  const child = spawn("mpirun", command, { env: { ...process.env, ...anyMpi }, timeout: longestRunMs });
  onStart(child);
  const [stdout, stderr, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>,
  ]);
  assert.equal(child.killed, false, `mpirun has not ended after ${longestRunMs / 1000} seconds\n${stderr}`);
  return { code, signal, stdout, stderr };
}

/** A report without what depends on the number of processes. */
function judged(report: string): unknown {
  return JSON.parse(JSON.stringify(timeless(report)), (key, value: unknown) =>
    key === "workers" || key === "bytesPerState" ? undefined : value,
  );
}

test("processes that are killed at random moments say so, and any number of processes goes on to the same report", {
  skip,
  timeout: 600_000,
}, async (t) => {
  const whole = await oneProcess();
  for (let round = 0; round < tries(1, 10); round++) {
    const checkpoint = join(folder, `killed-${round}`);
    const args = [...scenario, "--checkpoint", checkpoint, "--checkpoint-every", "20ms"];
    let last: Run | undefined;
    for (let part = 0; part < tries(1, 3) && last === undefined; part++) {
      const [processes, rank, delay] = [random(3) + 1, random(3), random(200)];
      const resume = existsSync(checkpoint) ? ["--resume", checkpoint] : [];
      const victim = rank % processes;
      const stopped = await mpirun(processes, [...args, ...resume, "--out", join(folder, "part")], (child) =>
        killRank(child, victim, checkpoint, delay),
      );
      t.diagnostic(`rank ${victim} of ${processes} after ${delay} ms: ${stopped.code}`);
      if (stopped.code === whole.code) last = stopped;
      else {
        assert.equal(stopped.code, 4, stopped.stderr);
        assert.match(stopped.stderr, new RegExp(`^the process of rank ${victim} on \\S+ was killed by SIGKILL$`, "m"));
        assert.match(stopped.stderr, /^The last checkpoint remains: --resume \S+ goes on from it\.$/m);
      }
    }
    last ??= await mpirun(random(3) + 1, [...args, "--resume", checkpoint, "--out", join(folder, "last")]);
    assert.deepEqual(judged(last.stdout), judged(whole.stdout));
    assert.equal(last.code, whole.code);
  }
});

test("a search that reaches a limit says how its processes go on, and others do", {
  skip,
  timeout: 120_000,
}, async () => {
  const checkpoint = join(folder, "stopped");
  const args = [...scenario, "--out", join(folder, "out"), "--checkpoint", checkpoint];
  const limited = await mpirun(2, [...args, "--max-states", "10000"]);
  assert.match(limited.stdout, /"bound": "states"/);
  assert.match(limited.stdout, /--mpi .*--resume \S+stopped --checkpoint \S+stopped"/);
  const whole = await oneProcess();
  const resumed = await mpirun(tries(1, 3), [...args, "--resume", checkpoint]);
  assert.deepEqual(judged(resumed.stdout), judged(whole.stdout));
});

function random(below: number): number {
  return Math.floor(Math.random() * below);
}

/** Some time after a file exists, kills the process of a rank that searches. */
function killRank(mpirun: ChildProcess, rank: number, file: string, delay: number): void {
  const poll = setInterval(() => {
    if (!existsSync(file)) return;
    clearInterval(poll);
    setTimeout(() => {
      for (const pid of readdirSync("/proc")
        .filter((name) => /^\d+$/.test(name))
        .map(Number))
        if (isRank(pid, rank, mpirun.pid ?? 0)) process.kill(pid, "SIGKILL");
    }, delay);
  }, 5);
  mpirun.on("close", () => clearInterval(poll));
}

/** Whether it is the process of that rank that another process of the same rank supervises. */
function isRank(pid: number, rank: number, mpirun: number): boolean {
  const env = read(`/proc/${pid}/environ`).split("\0");
  if (!env.includes("EXCLUSIVE_CHECK_SUPERVISED=1") || !env.includes(`OMPI_COMM_WORLD_RANK=${rank}`)) return false;
  const parent = (of: number) => Number(read(`/proc/${of}/stat`).split(") ")[1]?.split(" ")[1]);
  return parent(parent(pid)) === mpirun;
}

/** Empty if the process has ended or belongs to someone else. */
function read(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}
