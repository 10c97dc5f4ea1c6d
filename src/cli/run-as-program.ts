/** The command line as the program of this process: its arguments, streams and exit code. */
import { reasonOf } from "../files/system-errors.ts";
import { runCommandLine } from "./command-line.ts";
import { type ExitCode, withoutResult } from "./exit-code.ts";
import type { Surroundings } from "./host.ts";

export async function runAsProgram(loadModel: Surroundings["loadModel"]): Promise<void> {
  const { stdout, stderr } = process;
  let code: ExitCode | undefined;
  let lost = false;

  /** What was written last may fail after the command has ended. */
  function end(): void {
    if (code !== undefined) process.exitCode = lost ? withoutResult(code) : code;
  }

  stdout.on("error", (error: NodeJS.ErrnoException) => {
    // A reader such as `head` may leave before we have said everything: that is no error.
    if (lost || error.code === "EPIPE") return;
    lost = true;
    stderr.write(`error: standard output could not be written: ${reasonOf(error)}\n`);
    end();
  });
  // There is no other place to tell that.
  stderr.on("error", () => {});

  code = await runCommandLine(process.argv.slice(2), {
    stdout,
    stderr,
    env: process.env,
    terminal: () => {
      const { stdin: input, stdout: output } = process;
      return input.isTTY && output.isTTY ? { input, output } : undefined;
    },
    loadModel,
  });
  end();
}
