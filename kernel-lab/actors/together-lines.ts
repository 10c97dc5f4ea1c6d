/**
 * How the host and a guest's agent speak of actors that run together. The host sends
 *
 *     together ID REPETITIONS SEED AREAS PROCESSES DEVICES STEP... | THREAD STEP... | THREAD STEP...
 *
 * with the words of guest/protocol.ts. THREAD is the thread that runs the steps of a process: the process's number, or
 * `companionThread`. For each different end the agent answers with a line `times NUMBER`, and then with the lines that
 * answer one step, but with the endings of all operations: those of one actor have commas between them. The last line is
 * `end ID`.
 */
import { required } from "../../src/ir/lookup.ts";
import { layoutOf } from "../guest/layout.ts";
import { answerReader, encodeStep, encodeSystem, readEnding } from "../guest/protocol.ts";
import type { Ready } from "../guest/words.ts";
import { type ActorsProgram, stepsOf } from "./actors-program.ts";
import { companionName } from "./actors-setups.ts";
import type { ObservedEnd } from "./compare-ends.ts";

/** COMPANION in agent.h. */
const companionThread = 4;

export interface Repetitions {
  readonly times: number;
  /** Of the delays. */
  readonly seed: number;
}

export function encodeTogether(id: number, program: ActorsProgram, { times, seed }: Repetitions): string {
  const { setup, prefix, together } = program;
  const alone = prefix.map((step) => encodeStep(setup, step));
  const actors = together.map((run) =>
    ["|", threadOf(program, run.actor), ...stepsOf([run]).map((step) => encodeStep(setup, step))].join(" "),
  );
  return ["together", id, times, seed, encodeSystem(setup), ...alone, ...actors].join(" ");
}

function threadOf({ setup }: ActorsProgram, actor: string): number {
  if (actor === companionName) return companionThread;
  const { process } = required(
    setup.scenario.actors.find(({ name }) => name === actor),
    `the actor ${actor}`,
  );
  return layoutOf(setup).processes.indexOf(process);
}

/** Reads the lines between the request and the last line. */
export function readEnds(program: ActorsProgram, ready: Ready, lines: readonly string[]): readonly ObservedEnd[] {
  const starts = lines.flatMap((line, index) => (line.startsWith("times ") ? [index] : []));
  return starts.flatMap((start, index) => readEnd(program, ready, lines.slice(start, starts[index + 1])));
}

/** No end if the operations before the actors did not end. */
function readEnd({ setup }: ActorsProgram, ready: Ready, lines: readonly string[]): readonly ObservedEnd[] {
  const [first = "", ...rest] = lines;
  const reader = answerReader({ setup, steps: [] }, ready);
  let endings: ObservedEnd["endings"] = [];
  for (const line of rest) {
    if (line.startsWith("! ")) {
      reader.take(line);
      continue;
    }
    const words = line.split(" ");
    const changes = words.filter((word) => word.includes(":"));
    endings = words.filter((word) => !word.includes(":")).map((word) => word.split(",").map(readEnding));
    reader.take(["done", ...changes].join(" "));
  }
  const { observations, complaintsAtEnd } = reader.run();
  return observations.map((observation) => ({
    times: Number(first.slice("times ".length)),
    endings,
    observation: { ...observation, complaints: [...observation.complaints, ...complaintsAtEnd] },
  }));
}
