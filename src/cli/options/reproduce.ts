import type { KernelVersion } from "../../model/versions/rows.ts";
import { printable } from "../../text/printable.ts";
import type { ChangeOptions } from "./change-options.ts";
import type { CheckOptions } from "./check-options.ts";
import type { SimulateOptions } from "./simulate-options.ts";

/** The command that gives a result again. It leaves out what changes only speed or output. */
export function reproduceCommand(file: string, kernel: KernelVersion, options: Partial<CheckOptions>): string {
  const words = [
    "exclusive-check",
    file,
    ...choices(kernel, options),
    ...given("--depth", options.depth),
    ...given("--max-states", options.maxStates),
    ...given("--memory", options.memory),
    ...given("--store", options.store),
    ...given("--timeout", options.timeout === undefined ? undefined : `${options.timeout}ms`),
    ...(options.symmetry === false ? ["--no-symmetry"] : []),
    ...(options.allViolations === true ? ["--all-violations"] : []),
    ...given("--traces", options.traces),
    ...(options.witness === true ? ["--witness"] : []),
  ];
  return words.map(quoted).join(" ");
}

export function simulateAgain(file: string, kernel: KernelVersion, options: SimulateOptions): string {
  const words = [
    "exclusive-check",
    "simulate",
    file,
    ...choices(kernel, options),
    ...["--seed", String(options.seed)],
    ...given("--walks", options.walks),
    ...given("--depth", options.depth),
    ...given("--timeout", options.timeout === undefined ? undefined : `${options.timeout}ms`),
    ...given("--max-states", options.maxStates),
    ...given("--memory", options.memory),
    ...(options.allViolations === true ? ["--all-violations"] : []),
  ];
  return words.map(quoted).join(" ");
}

function choices(
  kernel: KernelVersion,
  { with: on = [], without: off = [], edit = [], property = [] }: ChangeOptions & Pick<CheckOptions, "property">,
): readonly string[] {
  return [
    ...["--kernel", kernel],
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
