/**
 * The values of options. Commander prints these errors and puts the option's name before them. This file does not import
 * it, because options that come from elsewhere than a command line have the same values.
 */
import { type FeatureName, features } from "../../model/features/catalogue.ts";
import { rowFor } from "../../model/releases.ts";
import { isKernelKey, kernelsIn } from "../../model/versions/ranges.ts";
import { type KernelVersion, kernelVersions } from "../../model/versions/rows.ts";
import { alternatives } from "../../text/alternatives.ts";
import { didYouMean } from "../../text/did-you-mean.ts";
import { typedCommand } from "../../text/typed-command.ts";

/** The value of an option is wrong. The message is a sentence or two. */
export class InvalidValue extends Error {
  override readonly name = "InvalidValue";
  /** By this code, Commander knows an error in a value. */
  readonly code = "commander.invalidArgument";
  readonly exitCode = 1;
}

export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || !Number.isSafeInteger(value))
    throw new InvalidValue("Expected a whole number, at least 1.");
  return value;
}

/** A whole number, 0 as well. */
export function naturalNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) throw new InvalidValue("Expected a whole number.");
  return value;
}

/** Of TCP. */
export function portNumber(text: string): number {
  const value = positiveInteger(text);
  if (value > 65_535) throw new InvalidValue("Expected at most 65535.");
  return value;
}

/** More threads do not help, and each has its own stack. */
const maxWorkers = 256;

export function workerCount(text: string): number {
  const value = positiveInteger(text);
  if (value > maxWorkers) throw new InvalidValue(`Expected at most ${maxWorkers}.`);
  return value;
}

const sizes: Readonly<Record<string, number>> = { "": 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** A search with many workers needs this much for its buffers and a table of some use. */
const leastMemory = 2 ** 24;

/** `4GiB`, `512M`, `1.5g`, or bytes. */
export function byteSize(text: string): number {
  const [, amount, prefix = ""] = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?$/i.exec(text) ?? [];
  const bytes = Math.floor(Number(amount) * (sizes[prefix.toUpperCase()] ?? Number.NaN));
  if (!Number.isSafeInteger(bytes)) throw new InvalidValue("Expected a size such as 4GiB or 512MiB.");
  if (bytes < leastMemory) throw new InvalidValue("Expected at least 16MiB.");
  return bytes;
}

const durations: Readonly<Record<string, number>> = { ms: 1, "": 1000, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 };
/** Longer ones do not fit a timer. */
const maxDuration = 2 ** 31 - 1;

/** `10m`, `90s`, `1.5h`, `500ms`, or seconds; in milliseconds. */
export function duration(text: string): number {
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|)$/.exec(text) ?? [];
  const value = Math.round(Number(amount) * (durations[unit] ?? Number.NaN));
  if (!(value >= 1 && value <= maxDuration))
    throw new InvalidValue("Expected a time such as 10m, 90s or 2h, at most 24 days.");
  return value;
}

/** A size or a time, and how the user wrote it. */
export interface Quantity {
  /** Bytes, or milliseconds. */
  readonly value: number;
  readonly text: string;
}

export function asTyped(parse: (text: string) => number): (text: string) => Quantity {
  return (text) => ({ value: parse(text), text });
}

/** A duration, or 0. */
export function interval(text: string): number {
  return /^0(\.0+)?(ms|s|min|m|h|)$/.test(text) ? 0 : duration(text);
}

/** For an option that can be given more than once. A value that is given twice counts once. */
export function repeatable<T extends string | KernelChoice>(
  parse: (text: string) => T,
): (text: string, before: readonly T[] | undefined) => readonly T[] {
  return (text, before = []) => {
    const value = parse(text);
    return before.some((other) => JSON.stringify(other) === JSON.stringify(value)) ? before : [...before, value];
  };
}

/** A row of the model, and a note if the user named a release that this row stands for. */
export interface KernelChoice {
  readonly kernel: KernelVersion;
  readonly note?: string;
}

export function kernelChoice(text: string): KernelChoice {
  const found = rowFor(text);
  if (found === undefined) {
    // Ranges are only for files.
    if (isKernelKey(text)) throw new InvalidValue(`Expected one version, such as ${kernelsIn(text)[0]}.`);
    return { kernel: oneOf(text, kernelVersions, "kernel") };
  }
  if (found.row === undefined) throw new InvalidValue(found.reason);
  return found.note === undefined ? { kernel: found.row } : { kernel: found.row, note: found.note };
}

export function featureName(text: string): FeatureName {
  return oneOf(
    text,
    features.map(({ name }) => name),
    "feature",
  );
}

/** A name from `names`, such as a name that `list` takes. */
export function listName<T extends string>(names: readonly T[]): (text: string) => T {
  return (text) => {
    const found = names.find((name) => name === text);
    if (found !== undefined) return found;
    const meant = didYouMean(text, names);
    const hint = meant === undefined ? "" : ` Did you mean ${meant}?`;
    throw new InvalidValue(`Expected ${alternatives(names)}.${hint}`);
  };
}

function oneOf<T extends string>(text: string, names: readonly T[], what: string): T {
  const found = names.find((name) => name === text);
  if (found !== undefined) return found;
  const meant = didYouMean(text, names);
  const hint = meant === undefined ? `\`${typedCommand(`list ${what}s`)}\` names them.` : `Did you mean ${meant}?`;
  throw new InvalidValue(`There is no such ${what}. ${hint}`);
}
