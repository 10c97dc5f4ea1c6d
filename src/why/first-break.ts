/** Tries a change on one scenario after another until it makes a difference. */
import type { KernelVersion } from "../model/versions/rows.ts";
import { rangeProperty } from "../trace/format.ts";
import { leavesRange } from "./broken-range.ts";
import type { Change, Found, Judged, JudgeTask } from "./judge.ts";
import { editsWithout, type Line, nameOf } from "./line.ts";

/** A scenario under one kernel, and what it finds as it stands. Its search was complete. */
export interface Base extends Found {
  readonly file: string;
  readonly kernel: KernelVersion;
}

export interface Broken {
  /** A property, `never: NAME` for a `sometimes`, or how the model fails. */
  readonly name: string;
  /** The steps of the shortest counterexample, if there is one. */
  readonly steps: number | undefined;
}

export interface Break<B extends Base = Base> {
  readonly base: B;
  /** What only the changed model finds. */
  readonly appears: readonly Broken[];
  /** What only the unchanged model finds. */
  readonly vanishes: readonly string[];
  /** Whether the changed model cannot run. */
  readonly fails: boolean;
}

export interface Trial<B extends Base = Base> {
  readonly judge: (task: JudgeTask) => Promise<Judged>;
  /** Undefined: the change has no place in this scenario. */
  readonly changeOf: (base: B) => Change | undefined;
  readonly counts: (found: Break<B>) => boolean;
  readonly ignored: readonly string[];
}

export interface Tried<B extends Base = Base> {
  /** Undefined if no scenario breaks. A search that reaches its limit does not count. */
  readonly found: Break<B> | undefined;
  /** The number of scenarios in which the question could be asked. */
  readonly tried: number;
  /** Of these, the ones whose search with the change reached its limit without a difference. They answer nothing. */
  readonly unfinished: number;
}

/** Awaits each scenario only when the ones before it are not broken. */
export async function firstBreak<B extends Base>(
  bases: Iterable<B | undefined | Promise<B | undefined>>,
  { judge, changeOf, counts, ignored }: Trial<B>,
): Promise<Tried<B>> {
  let [tried, unfinished] = [0, 0];
  for (const pending of bases) {
    const base = await pending;
    const change = base && changeOf(base);
    if (base === undefined || change === undefined) continue;
    const { file, kernel, findings, missed } = base;
    const judged = await judge({
      file,
      kernel,
      change,
      // An edited program has several times as many states, because its pages do not count as alike.
      maxStates: 8 * findings.states + 20_000,
      stopAtFirst: Object.keys(findings.violated).length + missed.length === 0,
      ignored,
      cache: undefined,
    });
    if (judged.kind === "no question") continue;
    tried++;
    const found = breakOf(base, judged);
    if (found !== undefined && counts(found)) return { found, tried, unfinished };
    if (judged.kind === "found" && !judged.findings.complete) unfinished++;
  }
  return { found: undefined, tried, unfinished };
}

/** Undefined if the search did not come to the line. */
export function withoutLine(line: Line): (base: Base) => Change | undefined {
  return ({ lines }) => {
    const own = lines.find((one) => one.reached && nameOf(one.line) === nameOf(line));
    return own && { with: [], without: [], edits: editsWithout(line, own.callees) };
  };
}

/** Undefined if nothing differs, or if the question cannot be asked. */
export function breakOf<B extends Base>(base: B, judged: Judged): Break<B> | undefined {
  if (judged.kind === "no question") return undefined;
  const before = brokenOf(base);
  const after = judged.kind === "fails" ? [{ name: judged.how, steps: undefined }] : brokenOf(judged);
  const without = (some: readonly Broken[], others: readonly Broken[]): readonly Broken[] =>
    some.filter(({ name }) => !others.some((other) => other.name === name));
  const appears = without(after, before);
  const isComplete = judged.kind === "fails" || judged.findings.complete;
  const vanishes = isComplete ? without(before, after).map(({ name }) => name) : [];
  return appears.length + vanishes.length === 0
    ? undefined
    : { base, appears, vanishes, fails: judged.kind === "fails" };
}

function brokenOf({ findings, missed }: Pick<Found, "findings" | "missed">): readonly Broken[] {
  return [
    ...Object.entries(findings.violated).map(([name, steps]) => ({
      name: name === rangeProperty.name ? leavesRange : name,
      steps,
    })),
    ...missed.map((name) => ({ name: `never: ${name}`, steps: undefined })),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
}
