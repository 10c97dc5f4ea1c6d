/** Short names and values of variables: `pte[parent][buf0]: present P0 W D -> none`. */
import type { Change, Seen, TraceStep } from "./format.ts";

/** Flags of entries and translations, as one letter each. */
export const flagLetters: Readonly<Record<string, { readonly letter: string; readonly meaning: string }>> = {
  write: { letter: "W", meaning: "writable" },
  dirty: { letter: "D", meaning: "dirty" },
  young: { letter: "A", meaning: "accessed" },
  soft_dirty: { letter: "S", meaning: "soft-dirty" },
  uffd_wp: { letter: "U", meaning: "uffd-wp" },
  anon_exclusive: { letter: "X", meaning: "anon-exclusive" },
};

/** For a ghost with a meaning, the meaning in words. */
export function compactChange({ variable, old, new: now, meaning }: Change): string {
  return meaning ?? `${compactName(variable)}: ${compactValue(old)} -> ${compactValue(now)}`;
}

export function compactSeen({ variable, value }: Seen): string {
  return `sees ${compactName(variable)}: ${compactValue(value)}`;
}

/** `buf[0]` inside of other brackets becomes `buf0`, unless the VMA's name ends in a digit. */
export function compactName(name: string): string {
  return name.replace(/(?<=\[)([^[\]]*[^[\]\d])\[(\d+)\](?=\])/g, "$1$2");
}

/** null: a register that has no meaning at this point. */
export function compactValue(value: string | null): string {
  const kind = kindOf(value);
  // A swap entry stands for a slot, any other entry for a page.
  const unused = kind === "swap" ? "pfn=" : "slot=";
  const parts = (value ?? "").split(" ").slice(1);
  const shown = parts.filter((part) => !part.startsWith(unused));
  return [kind, ...shown.map((part) => flagLetters[part]?.letter ?? partOf(part))].join(" ");
}

/** The first word: `present`, `valid`. An empty translation is written like an empty entry. */
function kindOf(value: string | null): string {
  return value === "-" ? "none" : ((value ?? "-").split(" ")[0] ?? "");
}

/** `pfn=P0` -> `P0`, `va=buf[0]` -> `buf0` */
function partOf(part: string): string {
  const [, value] = /^(?:pfn|va)=(.*)$/.exec(part) ?? [];
  return value === undefined ? part : compactName(`[${value}]`).slice(1, -1);
}

/** For an entry whose kind changed, only the kind: `pte[parent][buf0]: present -> none`. */
export function briefChange(change: Change): string {
  const [old, now] = [kindOf(change.old), kindOf(change.new)];
  return old === now ? compactChange(change) : `${compactName(change.variable)}: ${old} -> ${now}`;
}

/** Explains the letters that appear in some changes. */
export function legendOf(shown: readonly (Pick<Change, "old" | "new"> | Pick<Seen, "value">)[]): readonly string[] {
  const values = shown.flatMap((one) => ("value" in one ? [one.value] : [one.old, one.new]));
  const used = new Set(values.flatMap((value) => (value ?? "").split(" ").slice(1)));
  return Object.entries(flagLetters)
    .filter(([flag]) => used.has(flag))
    .map(([, { letter, meaning }]) => `${letter} ${meaning}`);
}

/** The same for all changes of the steps that matter, and for what they saw. */
export function legendOfSteps(steps: readonly TraceStep[]): readonly string[] {
  return legendOf(steps.filter(({ matters }) => matters).flatMap(({ changes, sees }) => [...changes, ...sees]));
}
