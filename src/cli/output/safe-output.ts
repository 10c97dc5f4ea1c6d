/**
 * The two output streams for everything but the full-screen explorer. Text from outside cannot control a terminal, nor
 * GitHub's runner, which takes commands from the lines of a job's output.
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
/** The sequence that the progress line begins with. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is how such sequences begin.
const clearedLine = /^(\r\u001b\[K)/;

/** `own`: the sequences that we write ourselves. */
function safe(raw: Output, own: RegExp, isReadByRunner: boolean): Output {
  const clean = (text: string): string => {
    const parts = text.split(own).map((part, position) => (position % 2 === 1 ? part : printableLines(part)));
    return isReadByRunner ? withoutCommands(parts.join("")) : parts.join("");
  };
  return {
    write: (text) => raw.write(clean(text)),
    command: (text) => raw.write(text),
    // The width of a terminal can change.
    get isTTY() {
      return raw.isTTY ?? false;
    },
    get columns() {
      return raw.columns ?? 80;
    },
    ...(raw.getColorDepth === undefined ? {} : { getColorDepth: () => raw.getColorDepth?.() ?? 1 }),
  };
}
