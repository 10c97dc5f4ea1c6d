import { runCommandLine } from "./command-line.ts";

// A reader such as `head` may leave before we have said everything. That is no error, and there is nobody to tell.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

process.exitCode = await runCommandLine(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  terminal: () => {
    const { stdin: input, stdout: output } = process;
    return input.isTTY && output.isTTY ? { input, output } : undefined;
  },
  loadModel: async () => {
    const { buildModelInTurns: buildModel, outlineOperations } = await import("../model/build-model.ts");
    return { buildModel, outlineOperations };
  },
});
