/** Runs programs on a kernel: one boot for many programs, and a new one if a program ends the kernel. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BuiltKernel } from "../build/folders.ts";
import type { LabProgram } from "../lab-program.ts";
import { type Guest, type GuestOptions, startGuest } from "./boot.ts";
import { compileStatic } from "./compile.ts";
import { type Exchange, openExchange } from "./exchange.ts";
import { GuestError } from "./guest-error.ts";
import { answerReader, encodeProgram, type ProgramRun, readReady } from "./protocol.ts";
import { withFolder } from "./temporary-folder.ts";
import type { Ready, SwapKind } from "./words.ts";

/** The files of a kernel that a session needs; `builtKernel` finds them. */
export type BootableKernel = Pick<BuiltKernel, "image" | "testHmm">;

export interface Session {
  /** What came of each program, in their order. One call at a time. */
  run(programs: Iterable<LabProgram>): AsyncIterableIterator<ProgramRun>;
  /** Boots the kernel unless it runs, and says what its agent has found out. */
  ready(): Promise<Ready>;
  close(): Promise<void>;
}

/** So many programs are with the guest at a time, so that it never waits for the host. */
const inFlight = 32;

/** A guest whose agent waits for lines. */
export interface Boot {
  readonly guest: Guest;
  readonly exchange: Exchange;
  readonly ready: Ready;
  /** Lines that have come and not been read. */
  readonly lines: AsyncIterableIterator<string>;
}

/** `swap`: what to swap on. A kernel without loop devices swaps on zram. */
export function openSession(kernel: BootableKernel, swap: SwapKind = "loop"): Session {
  const agent = compileAgent();
  let booted: Boot | undefined;
  const bootAgain = () => boot(kernel, agent, { swap, oneAfterTheOther: true });
  const shutDown = async () => {
    const last = booted;
    booted = undefined;
    await last?.guest.stop();
    last?.exchange.close();
  };

  async function* run(programs: Iterable<LabProgram>): AsyncIterableIterator<ProgramRun> {
    const coming = programs[Symbol.iterator]();
    const waiting: LabProgram[] = [];
    let id = 0;
    const fill = () => {
      while (waiting.length < inFlight) {
        const { value, done } = coming.next();
        if (done) return;
        waiting.push(value);
        if (booted !== undefined) send(booted, ++id, value);
      }
    };
    try {
      for (;;) {
        if (booted === undefined) {
          booted = await bootAgain();
          // After a crash, the programs behind the one that caused it run on the new kernel.
          for (const program of waiting) send(booted, ++id, program);
        }
        fill();
        const [first] = waiting;
        if (first === undefined) return;
        const reader = answerReader(first, booted.ready);
        let failure: string | undefined;
        try {
          for (;;) {
            const { value, done } = await booted.lines.next();
            if (done || reader.take(value)) break;
          }
        } catch (error) {
          if (!(error instanceof GuestError)) throw error;
          failure = error.message;
          await shutDown();
        }
        waiting.shift();
        yield reader.run(failure);
      }
    } finally {
      // The caller wants no more: the guest's answers to the rest must not be taken for those to another call.
      if (waiting.length > 0) await shutDown();
    }
  }

  return {
    run,
    async ready() {
      booted ??= await bootAgain();
      return booted.ready;
    },
    close: shutDown,
  };
}

export function compileAgent(): Uint8Array {
  const sources = join(import.meta.dirname, "agent");
  const files = readdirSync(sources).filter((name) => name.endsWith(".c"));
  return withFolder((folder) => {
    const output = join(folder, "agent");
    compileStatic(
      files.map((name) => join(sources, name)),
      output,
    );
    return readFileSync(output);
  });
}

function send(to: Boot, id: number, program: LabProgram): void {
  sendLine(to, encodeProgram(id, program));
}

export function sendLine({ guest, exchange }: Boot, line: string): void {
  exchange.write(`${line}\n`);
  guest.send("");
}

interface BootOptions extends Pick<GuestOptions, "cpus" | "silenceSeconds"> {
  readonly modules?: Readonly<Record<string, Uint8Array>>;
  readonly swap?: SwapKind;
  /**
   * The guest uses one of its CPUs. Then no other one holds pages back in a batch. QEMU must have several nevertheless:
   * if there is one, it emulates an atomic instruction by a load and a store, and each of them faults.
   */
  readonly oneAfterTheOther?: boolean;
}

/** `agent`: what `compileAgent` has made. `modules`: further ones for the guest, by file name. */
export async function boot(
  { image, testHmm }: BootableKernel,
  agent: Uint8Array,
  { modules = {}, swap = "zram", oneAfterTheOther = false, ...more }: BootOptions = {},
): Promise<Boot> {
  const exchange = openExchange();
  let guest: Guest | undefined;
  try {
    guest = withFolder((folder) => {
      const init = join(folder, "agent");
      writeFileSync(init, agent);
      const files: Record<string, string> = { "test_hmm.ko": testHmm };
      for (const [name, content] of Object.entries(modules)) {
        files[name] = join(folder, name);
        writeFileSync(join(folder, name), content);
      }
      return startGuest({
        kernel: image,
        init,
        files,
        ...more,
        // The pages of the vDSO count as file pages of a process, but a child has them only once it uses them.
        // On a busy machine the kernel takes the emulated timer to be broken, and panics.
        commandLine: `vdso=0 no_timer_check lab_swap=${swap}${oneAfterTheOther ? " maxcpus=1" : ""}`,
        shared: exchange,
      });
    });
    const lines = linesOf(guest, exchange);
    const { value } = await lines.next();
    exchange.removeFile();
    return { guest, exchange, lines, ready: readReady(value) };
  } catch (error) {
    await guest?.stop();
    exchange.close();
    throw error;
  }
}

/** The lines in the shared memory, including those from just before the guest's end. */
async function* linesOf(guest: Guest, exchange: Exchange): AsyncIterableIterator<string> {
  let part = "";
  const arrived = () => {
    const lines = (part + exchange.read()).split("\n");
    part = lines.pop() ?? "";
    return lines;
  };
  try {
    for await (const _bell of guest.lines) yield* arrived();
  } catch (error) {
    yield* arrived();
    throw error;
  }
}
