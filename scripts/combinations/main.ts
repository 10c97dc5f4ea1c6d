/**
 * Switches features of the model, one or two at a time, in every shipped scenario that asks for them: `npm run
 * combinations`. Each run must end in a verdict, never in an internal error or a value that leaves its range.
 *
 *     --states N     ends each search after so many states (20,000)
 *     --minutes N    starts no new combination after so many minutes (10)
 *     --seed N       the order in which combinations are tried (1)
 *     --from N       leaves out the first N, to continue where an earlier call stopped
 *     --pairs        pairs of features instead of single ones; each in one scenario, drawn by the seed
 *     WORD...        only combinations with a feature whose name contains one of the words
 *
 * Exit codes like those of exclusive-check: 0 all end in a verdict, 4 some do not.
 */
import { createHash } from "node:crypto";
import { parseArgs } from "node:util";
import type { FeatureName } from "../../src/model/features/catalogue.ts";
import { threads } from "../../src/review/threads.ts";
import { type Run, runsOf, specFiles, titleOf } from "../library/runs.ts";
import type { Combination, Tried } from "./try-combination.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    states: { type: "string" },
    minutes: { type: "string" },
    seed: { type: "string" },
    from: { type: "string" },
    pairs: { type: "boolean" },
  },
});
const maxStates = Number(values.states ?? 20_000);
const seconds = 60 * Number(values.minutes ?? 10);
const seed = Number(values.seed ?? 1);
const from = Number(values.from ?? 0);

interface Candidate {
  readonly run: Run;
  readonly switched: readonly FeatureName[];
}

const pool = await threads<Combination, Tried>(new URL("./try-combination.ts", import.meta.url));
const tryIt = ({ run: { file, position }, switched }: Candidate) => pool.run({ file, position, switched, maxStates });
const describe = ({ run, switched }: Candidate) => `${titleOf(run)}, switched ${switched.join(", ") || "nothing"}`;

const runs = runsOf(specFiles);
const asked = await Promise.all(
  runs.map(async (run) => ({
    run,
    names: (await pool.run({ file: run.file, position: run.position, switched: [], maxStates: 0 })).asked,
  })),
);
const candidates = (values.pairs === true ? pairs() : singles()).filter(
  ({ switched }) =>
    positionals.length === 0 || switched.some((name) => positionals.some((word) => name.includes(word))),
);
const failures = await tryAll(candidates.slice(from));
await pool.end();
if (failures.length > 0) process.exitCode = 4;

/** Every feature in every scenario that asks for it: first each in one scenario, then each in a second, and so on. */
function singles(): readonly Candidate[] {
  const rounds: Candidate[][] = [];
  const seen = new Map<FeatureName, number>();
  for (const { run, names } of inOrder(asked))
    for (const name of names) {
      const round = seen.get(name) ?? 0;
      seen.set(name, round + 1);
      rounds[round] = [...(rounds[round] ?? []), { run, switched: [name] }];
    }
  return rounds.flat();
}

/** Every pair of features that some scenario asks for, in one of these scenarios. */
function pairs(): readonly Candidate[] {
  const drawn = new Map<string, Candidate>();
  for (const { run, names } of inOrder(asked))
    for (const one of names)
      for (const other of names) if (one < other) drawn.set(`${one} ${other}`, { run, switched: [one, other] });
  return inOrder([...drawn.values()]);
}

/** The order depends only on the seed and the elements, so adding a scenario does not change the order of the others. */
function inOrder<T extends { readonly run: Run; readonly switched?: readonly FeatureName[] }>(all: readonly T[]): T[] {
  const key = ({ run, switched = [] }: T) =>
    createHash("sha256")
      .update([seed, titleOf(run), ...switched].join(" "))
      .digest("hex");
  return all
    .map((element) => ({ element, key: key(element) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ element }) => element);
}

async function tryAll(all: readonly Candidate[]): Promise<readonly Candidate[]> {
  const failed: Candidate[] = [];
  const waiting = [...all];
  const start = performance.now();
  let tried = 0;
  await Promise.all(
    Array.from({ length: pool.size }, async () => {
      while ((performance.now() - start) / 1000 < seconds) {
        const next = waiting.shift();
        if (next === undefined) return;
        const { failure } = await tryIt(next);
        tried++;
        if (failure !== undefined) {
          failed.push(next);
          console.log(`${describe(next)}: ${failure}`);
        }
        if (tried % 100 === 0) console.log(`${tried} of ${all.length} tried`);
      }
    }),
  );
  const rest = waiting.length === 0 ? "" : `; go on with --seed ${seed} --from ${from + tried}`;
  console.log(`${tried} of ${all.length} combinations tried, ${failed.length} without a verdict${rest}`);
  return failed;
}
