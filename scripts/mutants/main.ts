/**
 * Removes or changes features and lines of the model, one at a time, and says which scenario notices: `npm run mutants`.
 * Writes docs/mutants.md. The exit code is 1 if no scenario notices a change and reasons.ts does not say why.
 *
 *     --states N     leaves out scenarios with more states (100,000)
 *     --ignore NAME  leaves a property out, and says only what only this property notices; repeatable; writes nothing
 *     WORD...        only features and mutants whose name contains one of the words; writes nothing
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type FeatureName, features, featuresOf } from "../../src/model/features/catalogue.ts";
import { threads } from "../../src/review/threads.ts";
import { unreachedReasons } from "../fidelity/unreached-reasons.ts";
import { runsOf, specFiles } from "../library/runs.ts";
import { type Mutant, nameOf } from "./change-actor.ts";
import type { Judged, JudgeTask } from "./judge-run.ts";
import { keep, remember, rememberedFirst } from "./memory.ts";
import { featureReasons, mutantReasons } from "./reasons.ts";
import { type FeatureResult, type MutantResult, report } from "./report.ts";
import { type Base, firstKill, type Judges, judgeAsTheyStand, likeliestFirst } from "./trial.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { states: { type: "string" }, ignore: { type: "string", multiple: true } },
});
const mostStates = Number(values.states ?? 100_000);
const ignored = values.ignore ?? [];
const chosen = (name: string): boolean => positionals.length === 0 || positionals.some((word) => name.includes(word));

const start = performance.now();
const memory = remember();
const judges = await threads<JudgeTask, Judged>(new URL("./judge-run.ts", import.meta.url));
const { bases, tooLarge, mutants } = await judgeAsTheyStand(judges, runsOf(specFiles), { mostStates, ignored });
progress(`${bases.length} runs judged as they stand, ${tooLarge.length} have more than ${mostStates} states`);

const featureResults = await Promise.all(
  features.filter(({ name }) => chosen(name)).map(({ name }) => switchFeature(judges, name)),
);
const mutantResults = await Promise.all(
  mutants.filter((mutant) => chosen(nameOf(mutant))).map((mutant) => killMutant(judges, mutant)),
);
await judges.end();
if (ignored.length === 0) keep(memory);

const unexplained = [...featureResults, ...mutantResults].filter(
  (result) => isSurvivor(result) && result.reason === undefined,
);
for (const { name } of unexplained)
  console.error(
    ignored.length > 0
      ? `noticed only by ${ignored.join(" or ")}: ${name}`
      : `no scenario notices, and scripts/mutants/reasons.ts does not say why: ${name}`,
  );
const needless = [...featureResults, ...mutantResults].filter(
  (result) => !isSurvivor(result) && (result.name in featureReasons || result.name in mutantReasons),
);
for (const { name } of needless)
  console.error(`a scenario notices ${name}, so remove its reason from scripts/mutants/reasons.ts`);
const killed = mutantResults.filter((result) => !isSurvivor(result)).length;
progress(
  `${killed} of ${mutantResults.length} mutants killed (${((100 * killed) / Math.max(1, mutantResults.length)).toFixed(1)} %)`,
);
if (ignored.length === 0 && positionals.length === 0)
  writeFileSync("docs/mutants.md", report({ features: featureResults, mutants: mutantResults, bases, tooLarge }));
if (ignored.length === 0 && unexplained.length + needless.length > 0) process.exitCode = 1;

function isSurvivor(result: FeatureResult | MutantResult): boolean {
  return "off" in result ? result.off === undefined && result.on === undefined : result.kill === undefined;
}

async function switchFeature(pool: Judges, name: FeatureName): Promise<FeatureResult> {
  const asking = rememberedFirst(
    memory,
    name,
    likeliestFirst(
      name,
      bases.filter(({ asked }) => asked.includes(name)),
    ),
  );
  const isOn = ({ run: { run } }: Base): boolean => featuresOf(run.kernel, run).has(name);
  const change = { kind: "feature", feature: name } as const;
  const off = await firstKill(pool, change, asking.filter(isOn), ignored);
  const on = await firstKill(
    pool,
    change,
    asking.filter((base) => !isOn(base)),
    ignored,
  );
  memory.set(
    name,
    [off, on].flatMap((kill) => kill?.by ?? []),
  );
  progress(`feature ${name}: ${off?.by ?? on?.by ?? "NOT NOTICED"}`);
  return { name, off, on, reason: featureReasons[name] };
}

async function killMutant(pool: Judges, mutant: Mutant): Promise<MutantResult> {
  const name = nameOf(mutant);
  const reaching = bases.filter(({ reached }) => reached.some((one) => nameOf(one) === name));
  const kill = await firstKill(pool, { kind: "mutant", mutant }, rememberedFirst(memory, name, reaching), ignored);
  memory.set(name, kill === undefined ? [] : [kill.by]);
  const step = `${mutant.procedure}: ${mutant.label}`;
  const notReached = reaching.length === 0 ? unreachedReasons[step] : undefined;
  progress(`${name}: ${kill?.by ?? `SURVIVES ${reaching.length} runs`}`);
  return {
    name,
    kill,
    tried: reaching.length,
    reason: mutantReasons[name] ?? (notReached && `no scenario comes there: ${notReached}`),
  };
}

function progress(line: string): void {
  console.log(`${((performance.now() - start) / 1000).toFixed(0).padStart(5)} s  ${line}`);
}
