import type { Stopped } from "../../check/check-request.ts";
import type { KernelVersion } from "../../model/versions/rows.ts";
import { printable } from "../../text/printable.ts";
import { typedCommand } from "../../text/typed-command.ts";
import type { ChangeOptions } from "./change-options.ts";
import type { CheckOptions } from "./check-options.ts";
import type { Quantity } from "./option-values.ts";
import type { SimulateOptions } from "./simulate-options.ts";

type Limits = Pick<CheckOptions, "depth" | "maxStates" | "memory" | "timeout">;

/** The command that gives a result again. It leaves out what changes only speed or output. */
export function reproduceCommand(file: string, kernel: KernelVersion, options: Partial<CheckOptions>): string {
  return command(pathOf(file), ...choices(kernel, options), ...limits(options), ...waysToSearch(options));
}

/**
 * The command that goes on from a checkpoint, and renews it. A limit that stopped the search is twice as high, because
 * the checkpoint has reached the old one.
 */
export function resumeCommand(
  file: string,
  kernel: KernelVersion,
  options: CheckOptions,
  { bound, depth, states, memoryBytes }: Stopped,
): string {
  const { checkpoint, workers, spillDir, mpi, out } = options;
  const higher: CheckOptions = {
    ...options,
    ...(bound === "depth" ? { depth: 2 * depth } : {}),
    ...(bound === "states" ? { maxStates: 2 * states } : {}),
    ...(bound === "memory" ? { memory: twice(memoryBytes) } : {}),
  };
  return command(
    pathOf(file),
    ...choices(kernel, options),
    ...limits(higher),
    ...waysToSearch(options),
    ...given("--workers", workers),
    ...given("--spill-dir", spillDir),
    ...(mpi === true ? ["--mpi"] : []),
    ...(out === "out" ? [] : ["--out", out]),
    ...given("--resume", checkpoint),
    ...given("--checkpoint", checkpoint),
  );
}

function twice(bytes: number): Quantity {
  const value = 2 * bytes;
  return { value, text: `${Math.ceil(value / 2 ** 20)}MiB` };
}

export function simulateAgain(file: string, kernel: KernelVersion, options: SimulateOptions): string {
  return command(
    "simulate",
    pathOf(file),
    ...choices(kernel, options),
    ...["--seed", String(options.seed)],
    ...given("--walks", options.walks),
    ...limits(options),
    ...(options.allViolations === true ? ["--all-violations"] : []),
  );
}

/**
 * The options on which the results of a whole call depend, in a fixed order. `edits`: the lines that `--edit` brings,
 * because a file of edits may be another one on another machine.
 */
export function optionsThatMatter(options: Partial<CheckOptions>, edits: readonly string[]): readonly string[] {
  return [
    ...(options.kernel ?? []).flatMap(({ kernel }) => ["--kernel", kernel]),
    ...(options.allFiles === true ? ["--all-files"] : []),
    ...changes({ ...options, edit: edits }),
    ...limits(options),
    ...waysToSearch(options),
    ...(options.paranoid === true ? ["--paranoid"] : []),
  ];
}

/** A path that begins with a dash would be read as an option, and a single word could be a command. */
function pathOf(file: string): string {
  return /^(-|\w[\w-]*$)/.test(file) ? `./${file}` : file;
}

function command(...words: readonly string[]): string {
  return typedCommand(words.map(quoted).join(" "));
}

function limits({ depth, maxStates, memory, timeout }: Limits): readonly string[] {
  return [
    ...given("--depth", depth),
    ...given("--max-states", maxStates),
    ...given("--memory", memory?.text),
    ...given("--timeout", timeout?.text),
  ];
}

function waysToSearch({ store, symmetry, allViolations, traces, witness }: Partial<CheckOptions>): readonly string[] {
  return [
    ...given("--store", store),
    ...(symmetry === false ? ["--no-symmetry"] : []),
    ...(allViolations === true ? ["--all-violations"] : []),
    ...given("--traces", traces),
    ...(witness === true ? ["--witness"] : []),
  ];
}

type Choices = ChangeOptions & Pick<CheckOptions, "property">;

function choices(kernel: KernelVersion, options: Choices): readonly string[] {
  return ["--kernel", kernel, ...changes(options)];
}

function changes({ with: on = [], without: off = [], edit = [], property = [] }: Choices): readonly string[] {
  return [
    ...on.flatMap((name) => ["--with", name]),
    ...off.flatMap((name) => ["--without", name]),
    ...edit.flatMap((line) => ["--edit", line]),
    ...property.flatMap((name) => ["--property", name]),
  ];
}

function given(option: string, value: number | string | undefined): readonly string[] {
  return value === undefined ? [] : [option, String(value)];
}

/** As a shell takes it for one word. */
function quoted(word: string): string {
  if (/^[A-Za-z0-9_./:=@%+,-]+$/.test(word)) return word;
  const shown = printable(word);
  if (shown === word) return `'${word.replaceAll("'", "'\\''")}'`;
  // The form in which bash and zsh read these escapes.
  return `$'${printable(word.replaceAll("\\", "\\\\").replaceAll("'", "\\'"))}'`;
}
