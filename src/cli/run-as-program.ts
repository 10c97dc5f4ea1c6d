/** Runs the command line as this process: its arguments, streams and exit code. */
import { fstatSync } from "node:fs";
import { writeAll } from "../files/replace-file.ts";
import { reasonOf } from "../files/system-errors.ts";
import { runCommandLine } from "./command-line.ts";
import { type ExitCode, withoutResult } from "./surroundings/exit-code.ts";
import type { Output, Surroundings } from "./surroundings/surroundings.ts";

/** Node calls write only once for a file, even if only a part was written, as on a disk that is nearly full. */
function fileAsOutput(descriptor: number, onError: (error: Error) => void): Output {
  return {
    write(text) {
      try {
        writeAll(descriptor, Buffer.from(text, "utf8"));
      } catch (error) {
        onError(error as Error);
      }
    },
  };
}

function isFile(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isFile();
  } catch {
    return false;
  }
}

export async function runAsProgram(loadModel: Surroundings["loadModel"]): Promise<void> {
  const { stdout, stderr } = process;
  let code: ExitCode | undefined;
  let lost = false;

  /** The last write may fail after the command has ended. */
  function end(): void {
    if (code !== undefined) process.exitCode = lost ? withoutResult(code) : code;
  }

  const onError = (error: NodeJS.ErrnoException): void => {
    // A reader such as `head` may leave before we have written everything. That is not an error.
    if (lost || error.code === "EPIPE") return;
    lost = true;
    stderr.write(`error: standard output could not be written: ${reasonOf(error)}\n`);
    end();
  };
  stdout.on("error", onError);
  // There is no other place to report it.
  stderr.on("error", () => {});

  code = await runCommandLine(process.argv.slice(2), {
    stdout: isFile(stdout.fd) ? fileAsOutput(stdout.fd, onError) : stdout,
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
