/**
 * The language that the host and the agent of a guest speak: lines of words with one space between them.
 *
 * The agent begins with `ready TYPE KSM SWAP RELEASE`: the number of the kernel's first swap type for device-exclusive
 * entries, 1 if /proc/kpageflags has its KSM bit for merged pages only (otherwise 0), `loop` or `zram` for what the swap
 * area is on, and the kernel's release. Then the host sends a line for each program, at any time:
 *
 *     ID AREAS PROCESSES DEVICES STEP...
 *
 * AREAS is a list with commas; each area is its number of pages and letters: `w` writable, `f` of a file, `t` of a file
 * on tmpfs, `u` registered with userfaultfd, `a` the same for asynchronous protection, `h` a hole, into which another
 * area can be moved, `p` as large as what a PMD maps (only the given number of its pages is observed), `m` what a write
 * fault maps so. PROCESSES and DEVICES are how many there are. A STEP is the model's name for an operation, and
 * numbers, with dots between them: the process (or, for an operation of a device, the device), and what `targetNumbers`
 * says. `store.1.3.1` is a store by process 1 to address 3. A pin that only reads is `pin_for_reading`, and has one
 * more number: 1 if it first tries without any lock, otherwise 0.
 *
 * For each step the agent answers with a line: how the step ended (`done`, an errno's name, a signal's name, or
 * `stuck`), and for each word of the observation that differs from the one before `INDEX:VALUE`, with the value in
 * hexadecimal (words.ts has their meaning; before the first step all are 0). After `stuck` the program is over. A line
 * `! TEXT` before it is a complaint of the kernel during the step. The last line is `end ID`; complaints before it
 * belong to the end of the processes and mappings.
 */
import { required } from "../../src/ir/lookup.ts";
import type { ActorSpec } from "../../src/model/scenario/scenario.ts";
import type { LabProgram, LabSetup, LabStep } from "../lab-program.ts";
import type { Ending, Observation } from "../observation.ts";
import { type Area, type Layout, layoutOf, reachOf, targetNumbers } from "./layout.ts";
import { observationOf, type Ready, swapKinds, wordCount } from "./words.ts";

export function readReady(line: string): Ready {
  const [, type, ksm, kind, release] = /^ready (\d+) ([01]) (\S+) (\S+)$/.exec(line) ?? [];
  const swap = swapKinds.find((one) => one === kind);
  if (type === undefined || swap === undefined || release === undefined)
    throw new Error(`the guest's first line is "${line}"`);
  return { firstExclusive: Number(type), tellsKsm: ksm === "1", swap, release };
}

/** @throws RangeError if a guest cannot have the program's setup. */
export function encodeProgram(id: number, { setup, steps }: LabProgram): string {
  return [id, encodeSystem(setup), ...steps.map((step) => encodeStep(setup, step))].join(" ");
}

/** AREAS PROCESSES DEVICES. Throws a RangeError if a guest cannot have the setup. */
export function encodeSystem(setup: LabSetup): string {
  const { areas, processes, devices } = layoutOf(setup);
  return [areas.map(encodeArea).join(","), processes.length, devices.length].join(" ");
}

export function encodeStep(setup: LabSetup, { actor, call }: LabStep): string {
  const layout = layoutOf(setup);
  const spec = required(
    setup.scenario.actors.find(({ name }) => name === actor),
    `the actor ${actor}`,
  );
  const numbers = [runnerNumber(layout, spec), ...targetNumbers(layout, reachOf(setup, layout, call))];
  const { for: purpose, fast = false } = call.attributes ?? {};
  if (purpose === "reading") return [`${call.operation}_for_reading`, ...numbers, fast ? 1 : 0].join(".");
  return [call.operation, ...numbers].join(".");
}

function encodeArea({ pages, pmdMappable, huge, writable, file, tmpfs, userfaultfd, async, hole }: Area): string {
  const backing = tmpfs ? "t" : file ? "f" : "";
  const protection = async ? "a" : userfaultfd ? "u" : "";
  return `${pages}${writable ? "w" : ""}${backing}${protection}${hole ? "h" : ""}${pmdMappable ? "p" : ""}${huge ? "m" : ""}`;
}

function runnerNumber({ processes, devices }: Layout, { kind, process, device }: ActorSpec): number {
  return kind === "thread" ? processes.indexOf(process) : devices.indexOf(required(device, "the device of an engine"));
}

/** What came of a program. */
export interface ProgramRun {
  /** One for each step that ended. If there are fewer than steps, `failure` says why. */
  readonly observations: readonly Observation[];
  /** Of the kernel when the processes and mappings were taken down, after the last step. */
  readonly complaintsAtEnd: readonly string[];
  /** The step after the last observation did not end, or the kernel has crashed: the end of its console is here. */
  readonly failure: string | undefined;
}

export interface AnswerReader {
  /** True if the line was the program's last one. */
  take(line: string): boolean;
  /** What is known so far. */
  run(failure?: string): ProgramRun;
}

/** Reads the lines that answer one program. */
export function answerReader({ setup }: LabProgram, ready: Ready): AnswerReader {
  const layout = layoutOf(setup);
  const words: bigint[] = new Array<bigint>(wordCount(layout)).fill(0n);
  const observations: Observation[] = [];
  let complaints: string[] = [];
  let stuck: string | undefined;
  return {
    take(line) {
      if (line.startsWith("! ")) {
        complaints.push(line.slice(2));
        return false;
      }
      const [word = "", ...changes] = line.split(" ");
      if (word === "end") return true;
      if (word === "stuck") {
        stuck = `step ${observations.length + 1} did not end`;
        return false;
      }
      for (const change of changes) {
        const [index = "", value = ""] = change.split(":");
        words[Number(index)] = BigInt(`0x${value}`);
      }
      observations.push(observationOf(layout, words, ready, { ending: readEnding(word), complaints }));
      complaints = [];
      return false;
    },
    run: (failure) => ({ observations, complaintsAtEnd: complaints, failure: failure ?? stuck }),
  };
}

export function readEnding(word: string): Ending {
  if (word === "done") return { kind: "done" };
  if (/^SIG[A-Z]+$/.test(word)) return { kind: "signal", signal: word };
  if (/^E[A-Z0-9]+$/.test(word)) return { kind: "error", errno: word };
  throw new Error(`the guest's answer begins with "${word}"`);
}
