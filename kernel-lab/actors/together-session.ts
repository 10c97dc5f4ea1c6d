/** Runs actors together on a kernel: one boot for many programs, and a new one if a program ends the kernel. */
import { join } from "node:path";
import type { BuiltKernel } from "../build/folders.ts";
import { buildModule } from "../guest/build-module.ts";
import { GuestError } from "../guest/guest-error.ts";
import { type Boot, boot, compileAgent, sendLine } from "../guest/session.ts";
import type { ActorsProgram } from "./actors-program.ts";
import type { ObservedEnd } from "./compare-ends.ts";
import { encodeTogether, type Repetitions, readEnds } from "./together-lines.ts";

/** What came of all repetitions of a program. */
export interface TogetherRun {
  readonly ends: readonly ObservedEnd[];
  /** The kernel did not survive, or an actor did not end: the end of its console. */
  readonly failure: string | undefined;
}

/** Runs a program many times, each time from a fresh start. */
export type TogetherKernel = (program: ActorsProgram, repetitions: Repetitions) => Promise<TogetherRun>;

export interface TogetherSession {
  readonly run: TogetherKernel;
  readonly close: () => Promise<void>;
}

/** One for each actor, and one for the agent. */
const cpus = 4;
/** All repetitions of a program come in one answer. */
const silenceSeconds = 300;

export function openTogether(kernel: BuiltKernel): TogetherSession {
  const agent = compileAgent();
  const modules = { "delay.ko": buildModule(join(import.meta.dirname, "delay.c"), kernel.tree) };
  let booted: Boot | undefined;
  let id = 0;

  async function shutDown(): Promise<void> {
    const last = booted;
    booted = undefined;
    await last?.guest.stop();
    last?.exchange.close();
  }

  return {
    async run(program, repetitions) {
      booted ??= await boot(kernel, agent, { cpus, modules, silenceSeconds });
      sendLine(booted, encodeTogether(++id, program, repetitions));
      const lines: string[] = [];
      try {
        for (;;) {
          const { value, done } = await booted.lines.next();
          if (done || value.startsWith("end ")) break;
          lines.push(value);
        }
        return { ends: readEnds(program, booted.ready, lines), failure: undefined };
      } catch (error) {
        if (!(error instanceof GuestError)) throw error;
        await shutDown();
        return { ends: [], failure: error.message };
      }
    },
    close: shutDown,
  };
}
