/** A program that is written on the command line, one word for each step: `app:store:buf[0] gpu:atomic:buf[0]`. */
import { usageError } from "../../src/diagnostics/usage-error.ts";
import { parseSpec } from "../../src/spec/parse-spec.ts";
import type { LabProgram } from "../lab-program.ts";

export interface Described {
  readonly steps: readonly string[];
  /** The areas that map a file; the others are anonymous memory. */
  readonly files: readonly string[];
  /** Of each area. */
  readonly pages: number;
}

interface Step {
  readonly actor: string;
  readonly operation: string;
  readonly target: string;
}

/** The process that exists from the start. */
const root = "app";
const device = /^gpu\d*$/;

/**
 * Actors are the processes (`app`, and what it forks) and the devices `gpu`, `gpu2`. Areas are what the steps name. All
 * words are put into a scenario, whose reader then says what is wrong with them.
 */
export function programOf({ steps, files, pages }: Described): LabProgram {
  const parsed = steps.map(parseStep);
  const areas = [...new Set(parsed.flatMap(areasOf))];
  const actors = [...new Set(parsed.map(({ actor }) => actor))];
  const collapsed = parsed.filter(({ operation }) => operation === "collapse").flatMap(areasOf);
  const scenario = {
    name: "command-line",
    kernels: { "v6.4": "unknown" },
    system: {
      pages: 12,
      swap: 8,
      processes: {
        [root]: {
          vmas: Object.fromEntries(
            areas.map((name) => [
              name,
              {
                pages,
                ...(files.includes(name) ? { backing: "private-file" } : {}),
                ...(collapsed.includes(name) ? { pmdMapped: true } : {}),
              },
            ]),
          ),
        },
      },
      devices: Object.fromEntries(
        actors.filter((actor) => device.test(actor)).map((name) => [name, { driver: "test_hmm", memory: 5 }]),
      ),
    },
    // The process and its thread need different names.
    actors: Object.fromEntries(
      actors.map((actor) => [
        `${actor}-runs`,
        {
          ...(device.test(actor) ? { process: root, device: actor } : { process: actor }),
          run: operationsOf(parsed.filter((step) => step.actor === actor)),
        },
      ]),
    ),
  };
  const setup = {
    name: scenario.name,
    scenario: parseSpec(JSON.stringify(scenario), "the command line").scenario,
    pagesOut: "page",
  } as const;
  const next = new Map(setup.scenario.actors.map(({ name, run }) => [name, run.values()]));
  return {
    setup,
    steps: parsed.flatMap(({ actor }) => {
      const name = `${actor}-runs`;
      const item = next.get(name)?.next().value;
      return item?.kind === "operation" ? [{ actor: name, call: item.call }] : [];
    }),
  };
}

function operationsOf(steps: readonly Step[]): readonly Readonly<Record<string, string>>[] {
  return steps.map(({ operation, target }) => ({ [operation]: target }));
}

function parseStep(word: string): Step {
  const [actor, operation, target, ...rest] = word.split(":");
  if (!actor || !operation || !target || rest.length > 0)
    throw usageError(`"${word}" is no step`, "a step is ACTOR:OPERATION:TARGET, for example app:store:buf[0]");
  return { actor, operation, target: target.replace("->", " -> ") };
}

const ofProcesses = ["fork", "exit", "clear_refs", "oom_reap"];

function areasOf({ operation, target }: Step): readonly string[] {
  if (ofProcesses.includes(operation)) return [];
  return target.split(" -> ").map((name) => name.replace(/\[.*/, ""));
}
