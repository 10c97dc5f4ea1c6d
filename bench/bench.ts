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
const contenders: readonly Contender[] = [...ours(threads, [1, 2], directory), ...(peers ?? [])];

const outcomes = new Map<Contender, Outcome[]>();
for (let round = 0; round < runs; round++) {
  for (const contender of contenders) {
    const outcome = await contender.run();
    outcomes.set(contender, [...(outcomes.get(contender) ?? []), outcome]);
  }
}

const all = [...outcomes].flatMap(([{ name }, list]) => list.map((outcome) => ({ name, ...outcome })));
const [first] = all;
const different = all.filter(
  ({ states, transitions }) => states !== first?.states || transitions !== first.transitions,
);
if (first === undefined || different.length > 0) {
  for (const { name, states, transitions } of all)
    console.error(`${name}: ${states} states, ${transitions} transitions`);
  console.error("The contenders do not agree on the counts; their speeds mean nothing.");
  process.exitCode = 1;
} else report(first);

function report({ states, transitions }: Outcome): void {
  const count = (n: number): string => n.toLocaleString("en-US");
  console.log(
    `\n${threads} threads: ${count(states)} states, ${count(transitions)} transitions; medians of ${runs} runs\n`,
  );
  const rows = contenders.map((contender) => {
    const list = outcomes.get(contender) ?? [];
    return {
      name: contender.name,
      seconds: median(list.map((o) => o.seconds)),
      bytes: median(list.map((o) => o.peakBytes)),
    };
  });
  const yardsticks = rows.slice(contenders.length - (peers?.length ?? 0));
  const header = ["", "seconds", "states/s", "bytes/state", ...yardsticks.map(({ name }) => `times ${name}`)];
  const lines = rows.map(({ name, seconds, bytes }) => [
    name,
    seconds.toFixed(2),
    count(Math.round(states / seconds)),
    (bytes / states).toFixed(1),
    ...yardsticks.map((yardstick) => (yardstick.seconds / seconds).toFixed(2)),
  ]);
  const widths = header.map((_, column) => Math.max(...[header, ...lines].map((line) => line[column]?.length ?? 0)));
  for (const line of [header, ...lines])
    console.log(
      line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  "),
    );
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
