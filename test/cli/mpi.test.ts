/** `--mpi` where there is no MPI. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { launchedProcesses, libraryNames } from "../../src/checker/mpi/mpi-library.ts";
import { runCli } from "../fixtures/run-cli.ts";

const spec = "test/fixtures/specs/stand-in/two-locks.json";

test("without an MPI library, a message says what is missing", async () => {
  const missing = { EXCLUSIVE_CHECK_MPI: "/no/such/libmpi.so" };
  const { code, stdout, stderr } = await runCli([spec, "--mpi"], missing);
  assert.deepEqual([code, stdout], [2, ""]);
  assert.match(stderr, /^error: (there is no MPI library: \/no\/such\/libmpi.so: |the package koffi)/);
  assert.match(stderr, /hint: (install Open MPI or MPICH|it is an optional dependency)/);
});

test("options that make no sense on several processes are refused", async () => {
  for (const option of [["--workers", "2"], ["--watch"]]) {
    const { code, stderr } = await runCli([spec, "--mpi", ...option]);
    assert.equal(code, 2);
    assert.match(stderr, /option '--mpi' cannot be used with option/);
  }
  const { code, stderr } = await runCli([spec, "--mpi", "--store", "bitstate"]);
  assert.equal(code, 2);
  assert.match(stderr, /--mpi cannot search with --store bitstate/);
});

test("the library is the one of the MPI that has started the process", () => {
  assert.equal(libraryNames({ OMPI_COMM_WORLD_SIZE: "2" })[0], "libmpi.so.40");
  assert.equal(libraryNames({ PMI_RANK: "0", PMI_SIZE: "2" })[0], "libmpich.so.12");
  assert.equal(libraryNames({})[0], "libmpi.so.40");
  assert.deepEqual(libraryNames({ PMI_RANK: "0", EXCLUSIVE_CHECK_MPI: "/opt/libmpi.so" }), ["/opt/libmpi.so"]);
  assert.deepEqual(
    [{ OMPI_COMM_WORLD_SIZE: "8" }, { PMI_SIZE: "4" }, { SLURM_STEP_NUM_TASKS: "2" }, {}].map(launchedProcesses),
    [8, 4, 2, undefined],
  );
});
