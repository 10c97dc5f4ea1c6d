/**
 * `npm run mutants -- --fewer`: `npm test` searches the runs that notice a change (scripts/library/noticing-runs.ts). A run
 * that only few changes need is given up if others of these runs notice the changes, too.
 */
import { entryOf } from "../../src/ir/lookup.ts";
import type { FeatureName } from "../../src/model/features/catalogue.ts";
import { withoutLine } from "../../src/why/first-break.ts";
import { type Line, nameOf } from "../../src/why/line.ts";
import { statesByDay } from "../library/noticing-runs.ts";
import { type Memory, noticedBy } from "./memory.ts";
import type { Results } from "./report.ts";
import { type Base, firstKill, hasFeature, type Judges, type Kill, switching } from "./trial.ts";

export const nothingGivenUp: GivenUp = { titles: [], noticed: new Map() };

/** The results with what notices now. */
export function resultsWith(
  { noticed }: GivenUp,
  { features, mutants }: Pick<Results, "features" | "mutants">,
): Pick<Results, "features" | "mutants"> {
  return {
    features: features.map((result) => {
      const kill = noticed.get(result.name);
      if (kill === undefined) return result;
      return hasFeature(kill.base, result.name as FeatureName) ? { ...result, off: kill } : { ...result, on: kill };
    }),
    mutants: mutants.map((result) => ({ ...result, kill: noticed.get(result.name) ?? result.kill })),
  };
}

/** A change of the model that a run notices. */
interface Need {
  readonly name: string;
  readonly changeOf: Parameters<typeof firstKill>[1];
  /** Whether the change can be made in another run. */
  readonly suits: (base: Base) => boolean;
  /** Notes that another run notices it. */
  readonly move: (kill: Kill) => void;
}

/** A run that more changes need is kept: to try all of them on other runs would take long. */
const few = 2;

export interface GivenUp {
  /** The titles of the runs. */
  readonly titles: readonly string[];
  /** By the name of a line or feature: what notices it now. */
  readonly noticed: ReadonlyMap<string, Kill>;
}

/** Changes what is remembered, too. */
export async function giveUpRuns(
  judges: Judges,
  memory: Memory,
  bases: readonly Base[],
  lines: readonly Line[],
): Promise<GivenUp> {
  const needs = needsOf(memory, bases, lines);
  const isSearched = (base: Base): boolean => base.findings.states <= statesByDay;
  // Those that `npm test` leaves out first, then the costliest.
  const tried = [...needs]
    .filter(([, own]) => own.length <= few)
    .sort(([a], [b]) => Number(isSearched(a)) - Number(isSearched(b)) || b.findings.states - a.findings.states);
  const titles: string[] = [];
  const noticed = new Map<string, Kill>();
  await Promise.all(
    tried.map(async ([base, own]) => {
      const found: { readonly need: Need; readonly kill: Kill }[] = [];
      for (const need of own) {
        // What notices most is likely to notice this as well, and to stay.
        const others = [...needs.keys()]
          .filter((other) => other !== base && isSearched(other) && need.suits(other))
          .sort((a, b) => entryOf(needs, b, b.title).length - entryOf(needs, a, a.title).length);
        const kill = await firstKill(judges, need.changeOf, others, []);
        if (kill === undefined) return;
        found.push({ need, kill });
      }
      // Several runs are tried at once: another may have been given up since, or may have left a change to this one.
      if (needs.get(base) !== own || found.some(({ kill }) => !needs.has(kill.base))) return;
      needs.delete(base);
      for (const { need, kill } of found) {
        needs.set(kill.base, [...entryOf(needs, kill.base, kill.base.title), need]);
        need.move(kill);
        noticed.set(need.name, kill);
      }
      titles.push(base.title);
    }),
  );
  return { titles, noticed };
}

function needsOf(memory: Memory, bases: readonly Base[], lines: readonly Line[]): Map<Base, readonly Need[]> {
  const needs = new Map<Base, readonly Need[]>();
  const add = (base: Base | undefined, need: Need): void => {
    if (base !== undefined) needs.set(base, [...(needs.get(base) ?? []), need]);
  };
  for (const line of lines) {
    const name = nameOf(line);
    const known = memory.lines.get(name);
    add(
      bases.find(({ run, kernel }) => run.spec.name === known?.scenario && kernel === known.kernel),
      {
        name,
        changeOf: withoutLine(line),
        suits: (base) => withoutLine(line)(base) !== undefined,
        move: (kill) => memory.lines.set(name, noticedBy(kill)),
      },
    );
  }
  // The tests search the first run of a feature.
  for (const [name, [first, ...others]] of memory.features) {
    const feature = name as FeatureName;
    const by = bases.find(({ title }) => title === first);
    if (by === undefined) continue;
    const isOn = hasFeature(by, feature);
    add(by, {
      name,
      changeOf: () => switching(feature, !isOn),
      suits: (base) => base.asked.includes(feature) && hasFeature(base, feature) === isOn,
      move: ({ base }) => memory.features.set(feature, [base.title, ...others]),
    });
  }
  return needs;
}
