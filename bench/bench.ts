/**
 * Our search against SPIN on the protocol of bench/peers: `npm run bench [-- --threads N] [-- --runs N]`. Counts are
 * compared before speed, for a checker that sees fewer states is not a faster one. The contenders take turns, so that
 * a machine that is busy for a while slows all of them down; times are whole processes, from start to exit.
 */
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Contender, type Outcome, ours, spin } from "./contenders.ts";

const { values } = parseArgs({
  options: { threads: { type: "string", default: "4" }, runs: { type: "string", default: "3" } },
});
const [threads, runs] = [Number(values.threads), Number(values.runs)];
const directory = fileURLToPath(new URL("../out/bench", import.meta.url));
mkdirSync(directory, { recursive: true });

const peers = spin(threads, directory);
if (peers === undefined) console.error("SPIN is not installed; on Debian: apt-get install spin gcc");
const own = ours(threads, [1, 2], directory);

const whole = await runInTurns([...own.whole, ...(peers?.whole ?? [])]);
const all = [...whole].flatMap(([{ name }, list]) => list.map((outcome) => ({ name, ...outcome })));
const [first] = all;
const different = all.filter(
  ({ states, transitions }) => states !== first?.states || transitions !== first.transitions,
);
if (first === undefined || different.length > 0) {
  for (const { name, states, transitions } of all)
    console.error(`${name}: ${states} states, ${transitions} transitions`);
  console.error("The contenders do not agree on the counts; their speeds mean nothing.");
  process.exitCode = 1;
} else {
  const { states, transitions } = first;
  console.log(
    `\n${threads} threads: ${count(states)} states, ${count(transitions)} transitions; medians of ${runs} runs\n`,
  );
  print(whole, peers?.whole ?? []);
  const reduced = await runInTurns([...own.reduced, ...(peers?.reduced ?? [])]);
  console.log("\nThe same verdict with reductions; numbers of states do not compare\n");
  print(reduced, peers?.reduced ?? []);
}

async function runInTurns(contenders: readonly Contender[]): Promise<ReadonlyMap<Contender, readonly Outcome[]>> {
  const outcomes = new Map<Contender, Outcome[]>(contenders.map((contender) => [contender, []]));
  for (let round = 0; round < runs; round++) for (const [contender, list] of outcomes) list.push(await contender.run());
  return outcomes;
}

function print(outcomes: ReadonlyMap<Contender, readonly Outcome[]>, yardsticks: readonly Contender[]): void {
  const rows = [...outcomes].map(([{ name }, list]) => ({
    name,
    states: median(list.map((outcome) => outcome.states)),
    seconds: median(list.map((outcome) => outcome.seconds)),
    bytes: median(list.map((outcome) => outcome.peakBytes)),
  }));
  const measured = rows.filter((_, position) => yardsticks.includes([...outcomes.keys()][position] as Contender));
  const header = ["", "seconds", "states", "states/s", "bytes/state", ...measured.map(({ name }) => `times ${name}`)];
  const lines = rows.map(({ name, states, seconds, bytes }) => [
    name,
    seconds.toFixed(2),
    count(states),
    count(Math.round(states / seconds)),
    (bytes / states).toFixed(1),
    ...measured.map((yardstick) => (yardstick.seconds / seconds).toFixed(2)),
  ]);
  const widths = header.map((_, column) => Math.max(...[header, ...lines].map((line) => line[column]?.length ?? 0)));
  for (const line of [header, ...lines])
    console.log(
      line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  "),
    );
}

function count(number: number): string {
  return number.toLocaleString("en-US");
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
