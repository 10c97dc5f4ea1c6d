/**
 * Whether SPIN judges exported scenarios as we do: `npm run agree-with-spin [-- WORD...]`.
 *
 * Compares the number of states, the violated properties and, for breadth-first searches, the lengths of the shortest
 * violations. Runs that never end are found by another search of SPIN's, for acceptance cycles. The reductions of both
 * checkers are off. Without words it takes the runs in `listed`, small and large. With words it takes all runs of the scenarios
 * whose name contains one of them.
 *
 * Exit codes: 0 agreement, 1 something differs, 2 SPIN is not installed, or no scenario has such a name.
 */
import { search } from "../../src/checker/search.ts";
import { exportPromela } from "../../src/export/promela/export-promela.ts";
import { violatedName } from "../../src/trace/violated-name.ts";
import { questionOf, type Run, runsOf, specFiles, titleOf } from "../library/runs.ts";
import { askSpin, askSpinForLoops, spinMissing } from "../library/spin.ts";

const listed: readonly (readonly [scenario: string, kernel: string])[] = [
  ["fault-race", "v6.4"],
  ["fault-race", "v8"],
  ["nouveau-before-fix", "v6.4"],
  ["soft-dirty-migration-clean", "v6.15"],
  ["device-atomic", "v6.15"],
  ["swap-two-slots", "v6.4"],
  ["fork-waits", "v8"],
  ["fault-race-reclaim", "v8"],
  ["uffd-write-protect", "v8"],
  ["folio-fork", "v6.15"],
  ["any-manager-and-device", "v6.4"],
  ["fork-race", "v6.15"],
  ["store-and-device-forever", "v6.4"],
  ["two-devices-forever", "v6.4"],
  ["without-driver-gives-up", "v6.4"],
  ["vmsplice-and-cow", "v6.4"],
  ["pin-fast-and-fork", "v7.1"],
  ["device-private-fault", "v5.14"],
  ["swap-in-twice", "v6.4"],
  ["collapse-and-gup-fast", "v5.14"],
  ["evict-and-load-test-hmm", "v6.4"],
  ["move-soft-dirty", "v6.4"],
  ["split-zero-page-soft-dirty", "v6.15"],
];

const words = process.argv.slice(2);
const missing = spinMissing();
const runs = missing === undefined ? chosenRuns() : [];
if (runs.length === 0) {
  console.error(missing ?? `no file in specs/ matches ${words.join(" ")}`);
  process.exitCode = 2;
} else {
  console.log("| scenario | violated (steps of the shortest) | states | SPIN's states |");
  console.log("| --- | --- | --- | --- |");
  const agreed: boolean[] = [];
  for (const run of runs) agreed.push(await compare(run));
  const differing = agreed.filter((agrees) => !agrees).length;
  console.log(`\n${runs.length} runs; ${differing === 0 ? "SPIN agrees on all" : `SPIN differs on ${differing}`}`);
  process.exitCode = differing === 0 ? 0 : 1;
}

function chosenRuns(): readonly Run[] {
  if (words.length > 0) return runsOf(specFiles.filter((file) => words.some((word) => file.includes(word))));
  return listed.map(([scenario, kernel]) => {
    const run = runsOf([`specs/${scenario}.json`]).find(({ run }) => run.kernel === kernel);
    if (run === undefined) throw new Error(`${scenario} does not name ${kernel}`);
    return run;
  });
}

async function compare(run: Run): Promise<boolean> {
  const { program, properties, names, promised } = questionOf(run);
  const found = await search(program, properties, { workers: 1 });
  if (!found.complete) throw new Error(`${titleOf(run)}: our search does not end`);
  const exported = exportPromela(program, properties.slice(0, promised), titleOf(run));
  const ours = new Map(
    found.violations
      .map((violation) => [violatedName(violation, names), violation.steps.length] as const)
      .filter(([name]) => !exported.leftOut.includes(name)),
  );

  const folder = "out/agree-with-spin";
  const theirs = askSpin(exported, { folder });
  const [loops, steps] = [true, false].map(
    (about) => new Map([...ours].filter(([name]) => exported.loops.has(name) === about)),
  ) as [typeof ours, typeof ours];
  const same = (a: Iterable<unknown>, b: Iterable<unknown>): boolean =>
    JSON.stringify([...a].sort()) === JSON.stringify([...b].sort());
  let agrees = theirs.states === found.states && !theirs.rangeError && same(steps.keys(), theirs.violations.keys());
  // SPIN's violations are shortest only in a breadth-first search, which needs much more memory.
  if (agrees && steps.size > 0) {
    const shortest = askSpin(exported, { folder, breadthFirst: true });
    agrees = shortest.states === found.states && same(steps, shortest.violations);
  }
  const theirLoops = askSpinForLoops(exported, { folder });
  agrees &&= same(loops.keys(), theirLoops);

  const verdict = [...ours].map(([name, length]) => `${name} (${length})`).join(", ") || "holds";
  const numbers = [found.states, theirs.states].map((n) => n.toLocaleString("en-US"));
  console.log(`| ${[titleOf(run), verdict, ...numbers].join(" | ")} |`);
  if (!agrees)
    console.log(`SPIN differs: ${JSON.stringify({ ...theirs, violations: [...theirs.violations], theirLoops })}`);
  return agrees;
}
