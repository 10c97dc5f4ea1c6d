/**
 * `npm run cluster-test`: runs the examples of docs/cluster.md as the page has them. Shards run with GNU parallel, with
 * Slurm on this machine, and as the pods of a Kubernetes job would. MPI runs on this machine, under Slurm, and on two hosts
 * that are made of this machine. Each example must end with the verdicts of one run. Examples whose programs are not
 * installed are skipped (Debian: parallel, slurm-wlm, munge, openmpi-bin, libpmix-dev).
 */
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { missingCommand } from "../library/missing-command.ts";
import { startHosts } from "./hosts.ts";
import { startSlurm } from "./slurm.ts";

/** Open MPI refuses to run for root, or with more processes than CPUs, unless these variables allow it. */
const anyMpi = {
  OMPI_ALLOW_RUN_AS_ROOT: "1",
  OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: "1",
  OMPI_MCA_rmaps_base_oversubscribe: "1",
  // What mpirun starts writes to a terminal.
  NO_COLOR: "1",
};

const page = readFileSync("docs/cluster.md", "utf8");
const specs = ["fork-race", "page-stays-anonymous"].map((name) => `specs/${name}.json`);
const program = resolve("bin/exclusive-check.js");
const folder = mkdtempSync(join(tmpdir(), "cluster-"));

try {
  const expected = run("npx exclusive-check scenarios", workplace("whole"));
  example("GNU parallel", missingCommand([["parallel", "--version"]], "parallel"), () =>
    run(block("sh parallel"), workplace("parallel")),
  );
  const without = missingCommand(
    [
      ["slurmctld", "-V"],
      ["munged", "--version"],
    ],
    "slurm-wlm munge",
  );
  const withoutMpi = missingCommand([["mpirun", "--version"]], "openmpi-bin");
  if (without === undefined) {
    const slurmFolder = join(folder, "slurm");
    mkdirSync(slurmFolder);
    const slurm = await startSlurm(slurmFolder);
    try {
      example("Slurm", undefined, () => {
        const place = workplace("array");
        writeFileSync(join(place, "shards.sh"), block("sh slurm job"));
        return run(block("sh slurm"), place, slurm.environment);
      });
      const together = { ...slurm.environment, ...anyMpi };
      example("MPI, started by srun", withoutMpi ?? withoutPmix(together), () =>
        run(block("sh srun"), workplace("srun"), together),
      );
      example("MPI, in an allocation of Slurm", withoutMpi, () =>
        run(block("sh salloc"), workplace("salloc"), together),
      );
    } finally {
      slurm.stop();
    }
  } else example("Slurm", without, () => "");
  example("Kubernetes, each pod in turn", undefined, () => {
    const place = workplace("pods");
    const command = /args: \["-c", "(.*)"\]/.exec(block("yaml job"))?.[1] ?? "exit 1";
    const pods = Number(/completions: (\d+)/.exec(block("yaml job"))?.[1]);
    for (let pod = 0; pod < pods; pod++)
      run(command.replaceAll('\\"', '"').replaceAll("/data/", ""), place, { JOB_COMPLETION_INDEX: String(pod) });
    return run(`npx exclusive-check merge out/shard-*.json`, place);
  });

  const oneHost = block("sh mpi");
  for (const processes of [1, 2, 4])
    example(`MPI, ${processes} processes`, withoutMpi, () =>
      run(oneHost.replace("-n 2", `-n ${processes}`), workplace(`mpi-${processes}`), anyMpi),
    );
  example("MPI, two hosts", withoutMpi ?? (process.getuid?.() === 0 ? undefined : "only root can make hosts"), () => {
    const hosts = startHosts(folder);
    try {
      const output = run(hosts.command("npx exclusive-check scenarios --mpi"), workplace("hosts"), anyMpi);
      console.log(`the first host sent ${hosts.sent()} bytes`);
      return output;
    } finally {
      hosts.stop();
    }
  });

  function example(title: string, missing: string | undefined, act: () => string): void {
    if (missing !== undefined) return console.log(`skipped: ${title}: ${missing}`);
    const output = act();
    // What runs the shards prints more before that.
    const isSame = output.endsWith(expected);
    console.log(`${isSame ? "ok" : "DIFFERS"}: ${title}\n${output}`);
    if (!isSame) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}

/** Slurm loads PMIx by the name that only the package for developers has. */
function withoutPmix(environment: Readonly<Record<string, string>>): string | undefined {
  const { stderr } = spawnSync("srun", ["--mpi=pmix", "true"], {
    encoding: "utf8",
    env: { ...process.env, ...environment },
  });
  return stderr.includes("can not load PMIx library") ? "install libpmix-dev" : undefined;
}

/** A folder with the scenarios, and with an `npx` that runs this checkout. */
function workplace(name: string): string {
  const place = join(folder, name);
  mkdirSync(join(place, "scenarios"), { recursive: true });
  mkdirSync(join(place, "out"));
  for (const spec of specs) copyFileSync(spec, join(place, "scenarios", basename(spec)));
  const npx = join(place, "npx");
  writeFileSync(npx, `#!/bin/sh\nshift\nexec node ${program} "$@"\n`);
  chmodSync(npx, 0o755);
  return place;
}

/** Standard output of the commands. */
function run(commands: string, place: string, environment: Readonly<Record<string, string>> = {}): string {
  const { stdout, stderr, status } = spawnSync("bash", ["-c", commands], {
    cwd: place,
    encoding: "utf8",
    env: { ...process.env, ...environment, PATH: `${place}:${process.env.PATH}` },
  });
  if (status !== 0) console.error(`exit code ${status}: ${commands}\n${stderr}`);
  return stdout;
}

/** The only block of the page that begins with this fence. */
function block(info: string): string {
  const found = new RegExp(`^\`\`\`${info}\\n([\\s\\S]*?)^\`\`\`$`, "m").exec(page)?.[1];
  if (found === undefined) throw new Error(`docs/cluster.md has no block "${info}"`);
  return found;
}
