/**
 * Removes or changes features and lines of the model, one at a time, and says which scenario notices: `npm run mutants`.
 * Writes docs/mutants.md, and docs/mutants.json for the next time and for the commands `why` and `explain`. The exit code
 * is 1 if no scenario notices a change, and neither reasons.ts nor src/why/reasons.ts says why; or if one of them has a
 * reason for a change that is noticed, or that does not exist.
 *
 *     --states N     leaves out scenarios with more states (150,000)
 *     --ignore NAME  leaves a property out, and says only what only this property notices; repeatable; writes nothing
 *     --fewer        then looks for runs of the tests whose changes others of them notice, too; takes twice as long
 *     WORD...        only features and mutants whose name contains one of the words; writes only docs/mutants.json
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type FeatureName, features } from "../../src/model/features/catalogue.ts";
import { threads } from "../../src/review/threads.ts";
import { withoutLine } from "../../src/why/first-break.ts";
import type { JudgeTask } from "../../src/why/judge.ts";
import { type Line, nameOf } from "../../src/why/line.ts";
import { lineReasons } from "../../src/why/reasons.ts";
import { unreachedReasons } from "../fidelity/unreached-reasons.ts";
import { runsOf, specFiles } from "../library/runs.ts";
import { giveUpRuns, nothingGivenUp, resultsWith } from "./fewer.ts";
import type { JudgedModel } from "./judge-run.ts";
import { keep, noticedBy, remember } from "./memory.ts";
import { featureReasons } from "./reasons.ts";
import { type FeatureResult, type MutantResult, report } from "./report.ts";
import { first, firstKill, hasFeature, type Judges, judgeAsTheyStand, likeliestFirst, switching } from "./trial.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    states: { type: "string" },
    ignore: { type: "string", multiple: true },
    fewer: { type: "boolean", default: false },
  },
});
const mostStates = Number(values.states ?? 150_000);
const ignored = values.ignore ?? [];
const chosen = (name: string): boolean => positionals.length === 0 || positionals.some((word) => name.includes(word));

const start = performance.now();
const memory = remember();
/** What `npm test` searches (scripts/library/noticing-runs.ts). The fewer notice all changes, the sooner it ends. */
const noticing = new Set([...memory.lines.values()].map(({ scenario, kernel }) => `${scenario} on ${kernel}`));
const judges = await threads<JudgeTask, JudgedModel>(new URL("./judge-run.ts", import.meta.url));
const { bases, tooLarge, lines } = await judgeAsTheyStand(judges, runsOf(specFiles), { mostStates, ignored });
progress(`${bases.length} runs judged as they stand, ${tooLarge.length} have more than ${mostStates} states`);

const featureResults = await Promise.all(
  features.filter(({ name }) => chosen(name)).map(({ name }) => switchFeature(judges, name)),
);
const mutantResults = await Promise.all(
  lines.filter((line) => chosen(nameOf(line))).map((line) => killMutant(judges, line)),
);
const fewer = values.fewer && ignored.length === 0 ? await giveUpRuns(judges, memory, bases, lines) : nothingGivenUp;
if (values.fewer) progress(`${fewer.titles.length} runs are no longer needed: ${fewer.titles.join(", ")}`);
await judges.end();
if (ignored.length === 0) keep(memory, bases, lines.map(nameOf));

const unexplained = [...featureResults, ...mutantResults].filter(
  (result) => isSurvivor(result) && result.reason === undefined,
);
for (const { name } of unexplained)
  console.error(
    ignored.length > 0
      ? `noticed only by ${ignored.join(" or ")}: ${name}`
      : `no scenario notices, and no reason is given in src/why/reasons.ts or scripts/mutants/reasons.ts: ${name}`,
  );
const needless = [...featureResults, ...mutantResults].filter(
  (result) => !isSurvivor(result) && (result.name in featureReasons || result.name in lineReasons),
);
for (const { name } of needless) console.error(`a scenario notices ${name}, so remove its reason`);
const results = new Set([...featureResults, ...mutantResults].map(({ name }) => name));
const unknown =
  positionals.length > 0 ? [] : Object.keys({ ...featureReasons, ...lineReasons }).filter((name) => !results.has(name));
for (const name of unknown) console.error(`there is no ${name}, so remove its reason`);
const killed = mutantResults.filter((result) => !isSurvivor(result)).length;
progress(
  `${killed} of ${mutantResults.length} mutants killed (${((100 * killed) / Math.max(1, mutantResults.length)).toFixed(1)} %)`,
);
if (ignored.length === 0 && positionals.length === 0)
  writeFileSync(
    "docs/mutants.md",
    report({ ...resultsWith(fewer, { features: featureResults, mutants: mutantResults }), bases, tooLarge }),
  );
if (ignored.length === 0 && unexplained.length + needless.length + unknown.length > 0) process.exitCode = 1;

function isSurvivor(result: FeatureResult | MutantResult): boolean {
  return "off" in result ? result.off === undefined && result.on === undefined : result.kill === undefined;
}

async function switchFeature(pool: Judges, name: FeatureName): Promise<FeatureResult> {
  const known = memory.features.get(name) ?? [];
  const asking = first(
    ({ title }) => known.includes(title),
    likeliestFirst(
      name,
      bases.filter(({ asked }) => asked.includes(name)),
    ),
  );
  const tryTo = (on: boolean) =>
    firstKill(
      pool,
      () => switching(name, on),
      asking.filter((base) => hasFeature(base, name) !== on),
      ignored,
    );
  const off = await tryTo(false);
  const on = await tryTo(true);
  memory.features.set(
    name,
    [off, on].flatMap((kill) => kill?.base.title ?? []),
  );
  progress(`feature ${name}: ${off?.base.title ?? on?.base.title ?? "NOT NOTICED"}`);
  return { name, off, on, reason: featureReasons[name] };
}

async function killMutant(pool: Judges, line: Line): Promise<MutantResult> {
  const name = nameOf(line);
  const reaching = bases.filter(({ lines: own }) => own.some((one) => one.reached && nameOf(one.line) === name));
  const known = memory.lines.get(name);
  const inOrder = first(
    ({ run, kernel }) => run.spec.name === known?.scenario && kernel === known.kernel,
    first(({ run, kernel }) => noticing.has(`${run.spec.name} on ${kernel}`), reaching),
  );
  const kill = await firstKill(pool, withoutLine(line), inOrder, ignored);
  if (kill === undefined) memory.lines.delete(name);
  else memory.lines.set(name, noticedBy(kill));
  const step = `${line.procedure}: ${line.label}`;
  const notReached = reaching.length === 0 ? unreachedReasons[step] : undefined;
  progress(`${name}: ${kill?.base.title ?? `SURVIVES ${reaching.length} runs`}`);
  return {
    name,
    kill,
    tried: reaching.length,
    reason: lineReasons[name] ?? (notReached && `no scenario comes there: ${notReached}`),
  };
}

function progress(line: string): void {
  console.log(`${((performance.now() - start) / 1000).toFixed(0).padStart(5)} s  ${line}`);
}
