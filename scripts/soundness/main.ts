/**
 * Looks for scenarios for which two kinds of search disagree: `npm run soundness`.
 *
 *     --minutes N    how long to run (default: 5)
 *     --seed N       the seed of the random numbers (default: from the clock); each scenario has a seed of its own
 *     --count N      draw at most so many scenarios
 *     --states N     give up scenarios with more states (default: 30,000)
 *
 * Draws a scenario (actors, operations, devices, drivers, a kernel, features, swap, folios, processes), properties and
 * states that must be reachable. Searches it with and without symmetry, with both stores, on one thread and sometimes
 * on two, to the end and to the first violation. Small scenarios are also searched by the plain search, and its steps
 * are compared with those of permuted states. All must have the same result. A difference or an internal error is a
 * finding, and is written to out/soundness.
 *
 * Exit codes: 0 no finding, 1 findings, 2 wrong usage.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { endSearches, searched } from "../check-specs/every-way.ts";
import type { Question } from "../library/runs.ts";
import { Finding, type Search, type Trial, tryScenario } from "./try-scenario.ts";

const folder = "out/soundness";
/** Findings with the same cause come again and again. */
const mostFindings = 5;
const plainStates = 2500;

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "5" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
    count: { type: "string", default: "Infinity" },
    states: { type: "string", default: "30000" },
  },
});
const [minutes, seed, count, states] = [values.minutes, values.seed, values.count, values.states].map(Number) as [
  number,
  number,
  number,
  number,
];
if ([minutes, count, states].some((value) => !(value > 0)) || !Number.isSafeInteger(seed) || seed < 0) {
  console.error("--minutes, --count and --states take numbers above 0, and --seed a whole number");
  process.exitCode = 2;
} else {
  process.exitCode = await run();
  endSearches();
}

async function run(): Promise<number> {
  console.log(`seed ${seed}`);
  const start = performance.now();
  const seconds = (): number => (performance.now() - start) / 1000;
  const trials: Trial[] = [];
  const findings = new Map<string, number>();
  let told = 0;
  let drawn = 0;
  for (; drawn < count && seconds() < 60 * minutes && findings.size < mostFindings; drawn++) {
    const own = seed + drawn;
    try {
      trials.push(await tryScenario(own, search(), { states, plainStates }));
    } catch (error) {
      if (!(error instanceof Finding)) throw error;
      const times = (findings.get(error.kind) ?? 0) + 1;
      findings.set(error.kind, times);
      if (times === 1) tell(error, own, seconds());
    }
    if (seconds() > told + 60) {
      told = seconds();
      console.log(summary(drawn + 1, trials, told));
    }
  }
  console.log(summary(drawn, trials, seconds()));
  if (findings.size === 0) return 0;
  for (const [kind, times] of findings) console.log(`found ${times} times: ${kind}`);
  return 1;
}

/** The searching process gets the question once for all kinds of search. */
function search(): Search {
  let sent: Question | undefined;
  return (question, options) => {
    const { program, properties, symmetries } = question;
    const asked = sent === question ? undefined : { program, properties, symmetries };
    sent = question;
    return searched({ question: asked, options });
  };
}

function tell({ message, scenario }: Finding, own: number, seconds: number): void {
  mkdirSync(folder, { recursive: true });
  const file = `${folder}/random-${own}.json`;
  writeFileSync(file, `${scenario}\n`);
  console.log(`\nFOUND after ${seconds.toFixed(0)} s: ${message}`);
  console.log(`  the scenario: ${file}`);
  console.log(`  again: npm run soundness -- --seed ${own} --count 1`);
  console.log(`         exclusive-check ${file} --paranoid\n`);
}

function summary(drawn: number, trials: readonly Trial[], seconds: number): string {
  const sum = (of: (trial: Trial) => number): number => trials.reduce((total, trial) => total + of(trial), 0);
  const compared = trials.filter(({ end }) => end === "compared");
  return [
    `${seconds.toFixed(0)} s: ${drawn} scenarios drawn (${((60 * drawn) / seconds).toFixed(0)} a minute)`,
    `${sum(({ end }) => (end === "refused" ? 1 : 0))} refused, ${sum(({ end }) => (end === "too large" ? 1 : 0))} too large`,
    `${compared.length} compared, ${compared.filter(({ plain }) => plain).length} of them with the plain search`,
    `${compared.filter(({ symmetries }) => symmetries > 0).length} with symmetry`,
    `${compared.filter(({ leftOut }) => leftOut > 0).length} with one left out`,
    `${sum(({ texts }) => texts)} properties and states`,
    `${sum(({ violated }) => violated)} violations`,
    `${sum(({ searches }) => searches)} searches`,
    `${sum((trial) => trial.states)} states`,
  ].join("; ");
}
