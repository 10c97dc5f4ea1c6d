/**
 * The MPI library of this machine, called through koffi. The two families of libraries have different types for the
 * handles of MPI: a pointer in Open MPI, a number in MPICH and in those that share its binary interface.
 */
import { UserError } from "../../diagnostics/user-error.ts";
import { type Koffi, koffiIfInstalled } from "../node/koffi.ts";

/** Every function returns an error code of MPI. By MPI's default it rather ends all processes, with a message. */
export interface MpiLibrary {
  readonly name: string;
  readonly rank: number;
  readonly size: number;
  /** Each rank gives as many bytes. */
  readonly allGather: (own: Uint8Array, all: Uint8Array) => number;
  /** `counts` and `places`: by rank, how many bytes come from it, and where they begin. */
  readonly allGatherVarying: (own: Uint8Array, all: Uint8Array, counts: Int32Array, places: Int32Array) => number;
  /** Each rank sends as many bytes to each. */
  readonly allToAll: (out: Uint8Array, into: Uint8Array, bytesOfEach: number) => number;
  readonly allToAllVarying: (out: Parts, into: Parts) => number;
  /** Ends the processes of all ranks. */
  readonly abort: (exitCode: number) => void;
  readonly finalize: () => void;
}

/** Bytes for each rank, or from each. */
export interface Parts {
  readonly bytes: Uint8Array;
  readonly counts: Int32Array;
  readonly places: Int32Array;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Names a library that is not in one of the usual places. */
export const libraryVariable = "EXCLUSIVE_CHECK_MPI";

const openMpi = ["libmpi.so.40", "libmpi.so"];
/** Debian's name, and the one of MPICH's common binary interface, which Intel MPI and MVAPICH have too. */
const mpich = ["libmpich.so.12", "libmpi.so.12"];

/** The names to try, those of the family first whose launcher has started this process. */
export function libraryNames(env: Environment): readonly string[] {
  const named = env[libraryVariable];
  if (named !== undefined && named !== "") return [named];
  const isOpenMpi = env.OMPI_COMM_WORLD_SIZE !== undefined || env.PMIX_RANK !== undefined;
  return env.PMI_RANK !== undefined && !isOpenMpi ? [...mpich, ...openMpi] : [...openMpi, ...mpich];
}

/** How many processes the launcher has started; undefined if it does not say, or there is none. */
export function launchedProcesses(env: Environment): number | undefined {
  const told = env.OMPI_COMM_WORLD_SIZE ?? env.PMI_SIZE ?? env.SLURM_STEP_NUM_TASKS;
  return told === undefined ? undefined : Number(told);
}

/** The number that the launcher has given to this process, as text; undefined if it does not say, or there is none. */
export function launchedRank(env: Environment): string | undefined {
  return env.OMPI_COMM_WORLD_RANK ?? env.PMI_RANK ?? env.PMIX_RANK ?? env.SLURM_PROCID;
}

/**
 * Starts MPI in this process. Throws a UserError if that is not possible. `endsWithParent`: the launcher knows only the
 * parent of this process, so this one must not outlive it.
 */
export async function startMpi(env: Environment, endsWithParent: boolean): Promise<MpiLibrary> {
  const koffi = await importKoffi();
  if (endsWithParent) endWithParent(koffi);
  const { lib, name } = load(koffi, libraryNames(env));
  const isOpenMpi = hasSymbol(lib, "ompi_mpi_comm_world");
  const handle = isOpenMpi ? "void *" : "int";
  const [world, byte] = isOpenMpi
    ? [lib.symbol("ompi_mpi_comm_world", "void"), lib.symbol("ompi_mpi_byte", "void")]
    : [0x44000000, 0x4c00010d];
  const declare = (signature: string) => lib.func(signature.replaceAll("Handle", handle));

  declare("int MPI_Init(void *argc, void *argv)")(null, null);
  const ask = (name: string): number => {
    const answer = new Int32Array(1);
    declare(`int ${name}(Handle comm, _Out_ int *answer)`)(world, answer);
    return answer[0] ?? 0;
  };
  const [rank, size] = [ask("MPI_Comm_rank"), ask("MPI_Comm_size")];
  const launched = launchedProcesses(env);
  if (launched !== undefined && launched > 1 && size === 1)
    throw noMpi(
      `${launched} processes were started, but ${name} sees only one: it is another MPI than the one that started them`,
      `name the right library in ${libraryVariable}`,
    );

  const gather = declare("int MPI_Allgather(void *own, int n, Handle t, void *all, int m, Handle u, Handle comm)");
  const gatherVarying = declare(
    "int MPI_Allgatherv(void *own, int n, Handle t, void *all, void *counts, void *places, Handle u, Handle comm)",
  );
  const allToAll = declare("int MPI_Alltoall(void *out, int n, Handle t, void *into, int m, Handle u, Handle comm)");
  const allToAllVarying = declare(
    "int MPI_Alltoallv(void *out, void *n, void *from, Handle t, void *into, void *m, void *to, Handle u, Handle comm)",
  );
  const abort = declare("int MPI_Abort(Handle comm, int code)");
  const finalize = declare("int MPI_Finalize()");
  return {
    name,
    rank,
    size,
    allGather: (own, all) => gather(own, own.length, byte, all, own.length, byte, world),
    allGatherVarying: (own, all, counts, places) =>
      gatherVarying(own, own.length, byte, all, counts, places, byte, world),
    allToAll: (out, into, bytes) => allToAll(out, bytes, byte, into, bytes, byte, world),
    allToAllVarying: (out, into) =>
      allToAllVarying(out.bytes, out.counts, out.places, byte, into.bytes, into.counts, into.places, byte, world),
    abort: (code) => void abort(world, code),
    finalize: () => void finalize(),
  };
}

type Library = ReturnType<Koffi["load"]>;

async function importKoffi(): Promise<Koffi> {
  const koffi = await koffiIfInstalled();
  if (koffi !== undefined) return koffi;
  throw noMpi(
    "the package koffi, by which MPI is called, is not installed",
    "it is an optional dependency: `npm install koffi` adds it, on systems for which it has a library",
  );
}

/** PR_SET_PDEATHSIG and SIGKILL. */
const [deathSignalOfParent, sigkill] = [1, 9];

/** While this process waits in MPI, only the system can end it. On other systems than Linux it goes on. */
function endWithParent(koffi: Koffi): void {
  if (process.platform !== "linux") return;
  try {
    koffi.load("libc.so.6").func("int prctl(int option, unsigned long signal)")(deathSignalOfParent, sigkill);
  } catch {
    // Another C library has another name.
  }
}

function load(koffi: Koffi, names: readonly string[]): { readonly lib: Library; readonly name: string } {
  const reasons: string[] = [];
  for (const name of names) {
    try {
      // The parts that the library loads itself look for its symbols.
      return { lib: koffi.load(name, { global: true }), name };
    } catch (error) {
      reasons.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw noMpi(
    `there is no MPI library: ${reasons.join("; ")}`,
    `install Open MPI or MPICH, or name its library in ${libraryVariable}`,
  );
}

function hasSymbol(lib: Library, name: string): boolean {
  try {
    lib.symbol(name, "void");
    return true;
  } catch {
    return false;
  }
}

function noMpi(message: string, hint: string): UserError {
  return new UserError([{ code: "cli/no-mpi", message, hint }]);
}
