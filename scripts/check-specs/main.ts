/**
 * Checks the whole library of scenarios, several at once: `npm run check-specs`.
 *
 *     --quick        stops each search at 100,000 states and lists the larger ones; takes less than a minute
 *     --reference    compares each run of up to two million states with the plain search
 *     --every-way    searches each run with and without each reduction, on one, two and four threads; these must agree.
 *                    Needs `npm run build` first
 *     --vma-locks    searches each run again with locks of VMAs even where they make no difference; verdicts must agree
 *     --store KIND   searches each run again with this store; counts and verdicts must be those of the exact store
 *     WORD...        only files whose name contains one of the words
 *
 * Exit codes like those of exclusive-check: 0 all as expected, 1 something differs, 2 wrong usage.
 */
import { parseArgs } from "node:util";
import { storeNames } from "../../src/memory/memory-plan.ts";
import { threads } from "../../src/review/threads.ts";
import { type Run, runsOf, specFiles, titleOf } from "../library/runs.ts";
import type { CheckTask } from "./check-file.ts";
import type { CheckedRun } from "./check-run.ts";

const quickStates = 100_000;
const referenceStates = 2_000_000;
/** Runs of files that have not begun by then are listed instead. */
const quickSeconds = 50;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean" },
    reference: { type: "boolean" },
    "every-way": { type: "boolean" },
    "vma-locks": { type: "boolean" },
    store: { type: "string" },
  },
});
const quick = values.quick === true;

/** The stores that can be compared with the exact one, because they must miss no state. */
const stores = storeNames.filter((kind) => kind !== "bitstate");
const store = stores.find((kind) => kind === values.store);

const files = specFiles.filter((file) => positionals.length === 0 || positionals.some((word) => file.includes(word)));
if (files.length === 0) {
  console.error(`no file in specs/ matches ${positionals.join(" ")}`);
  process.exitCode = 2;
} else if (values.store !== store) {
  console.error(`--store ${values.store} cannot be compared; expected ${stores.join(" or ")}`);
  process.exitCode = 2;
} else await checkAll();

async function checkAll(): Promise<void> {
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  const pool = await threads<CheckTask, readonly CheckedRun[]>(new URL("./check-file.ts", import.meta.url), {
    heapMegabytes: 8192,
  });
  const results: CheckedRun[] = [];
  const tooLarge: string[] = [];
  const noTime: string[] = [];
  const waiting: (readonly Run[])[] = files.map((file) => runsOf([file]));
  await Promise.all(
    Array.from({ length: pool.size }, async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        if (quick && seconds() > quickSeconds) {
          noTime.push(...next.map(titleOf));
          continue;
        }
        const file = next[0]?.file;
        if (file === undefined) continue;
        const maxStates = quick ? quickStates : undefined;
        const compareUpTo = values.reference === true ? referenceStates : 0;
        const everyWay = values["every-way"] === true;
        const vmaLocks = values["vma-locks"] === true;
        const checked = await pool.run({
          file,
          kernels: next.length,
          maxStates,
          compareUpTo,
          everyWay,
          vmaLocks,
          store,
        });
        for (const result of checked) {
          // An unexpected violation counts even if the state space is too large to search.
          if (quick && result.outcome === "undecided") tooLarge.push(result.title);
          else {
            results.push(result);
            console.log(describe(result));
          }
        }
      }
    }),
  );
  await pool.end();

  const bad = results.filter(isBad);
  const compared = results.filter((result) => result.compared).length;
  list(`not checked: more than ${quickStates} states`, tooLarge);
  list(`not checked: not begun after ${quickSeconds} seconds`, noTime);
  list("not as expected", bad.map(describe));
  const searched = results.filter(({ sameAs }) => sameAs === undefined);
  const states = searched.reduce((sum, result) => sum + result.states, 0);
  console.log(
    [
      `${results.length} runs, ${searched.length} of them searched, ${states} states, ${seconds().toFixed(1)} s`,
      ...(values.reference === true ? [`${compared} compared with the plain search`] : []),
      bad.length === 0 ? "all as expected" : `${bad.length} not as expected`,
    ].join("; "),
  );
  if (bad.length > 0) process.exitCode = 1;
}

function isBad({ outcome, disagreement, wayDiffers }: CheckedRun): boolean {
  return outcome !== "as-expected" || disagreement !== undefined || wayDiffers !== undefined;
}

function describe(run: CheckedRun): string {
  const { title, states, seconds, sameAs, outcome, violated, expected, missed, drifts, disagreement, wayDiffers } = run;
  const verdict = violated.length === 0 ? "holds" : `violates ${violated.join(", ")}`;
  const promise = expected === undefined || expected.length === 0 ? "holds" : `violates ${expected.join(", ")}`;
  return [
    `${title}: ${outcome === "as-expected" ? verdict : `${outcome.toUpperCase()}: ${verdict}, expected: ${promise}`}`,
    `${states} states`,
    sameAs === undefined ? `${seconds.toFixed(1)} s` : `same program as ${sameAs}`,
    ...missed.map((name) => `never reached: ${name}`),
    ...drifts.map(({ count, expected: awaited, found }) => `${count} with symmetries: ${found}, not ${awaited}`),
    ...(disagreement === undefined ? [] : [`THE PLAIN SEARCH DISAGREES: ${disagreement}`]),
    ...(wayDiffers === undefined ? [] : [`DIFFERS: ${wayDiffers}`]),
  ].join("; ");
}

function list(title: string, items: readonly string[]): void {
  if (items.length === 0) return;
  console.log(`\n${title}:`);
  for (const item of items) console.log(`  ${item}`);
  console.log("");
}
