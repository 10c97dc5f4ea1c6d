/**
 * The two streams as everything but the whole-screen explorer writes to them: nothing that others have written can act on
 * a terminal, or on GitHub's runner, which takes commands from the lines of a job's output.
 */
import { withoutCommands } from "../../reporters/workflow-command.ts";
import { printableLines } from "../../text/printable.ts";
import type { Output, Surroundings } from "../surroundings/surroundings.ts";

export function withSafeOutputs<Around extends Pick<Surroundings, "stdout" | "stderr" | "env">>(
  around: Around,
): Around {
  const isRead = around.env.GITHUB_ACTIONS === "true";
  return {
    ...around,
    stdout: safe(around.stdout, colors, isRead),
    stderr: safe(around.stderr, clearedLine, isRead),
  };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is how such sequences begin.
const colors = /(\u001b\[[0-9;]*m)/;
/** What the line of progress begins with. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is how such sequences begin.
const clearedLine = /^(\r\u001b\[K)/;

/** `own`: the sequences that we write there ourselves. */
function safe(raw: Output, own: RegExp, isReadByRunner: boolean): Output {
  const clean = (text: string): string => {
    const parts = text.split(own).map((part, position) => (position % 2 === 1 ? part : printableLines(part)));
    return isReadByRunner ? withoutCommands(parts.join("")) : parts.join("");
  };
  return {
    write: (text) => raw.write(clean(text)),
    command: (text) => raw.write(text),
    // A terminal's width changes.
    get isTTY() {
      return raw.isTTY ?? false;
    },
    get columns() {
      return raw.columns ?? 80;
    },
    ...(raw.getColorDepth === undefined ? {} : { getColorDepth: () => raw.getColorDepth?.() ?? 1 }),
  };
}
