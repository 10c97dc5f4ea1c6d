/** `exclusive-check playground` */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { usageError } from "../../diagnostics/usage-error.ts";
import { reasonOf, systemReason } from "../../files/system-errors.ts";
import type { PlaygroundOptions } from "../options/playground-options.ts";
import { type ExitCode, exitCodes } from "../surroundings/exit-code.ts";
import { whileListening } from "../surroundings/interruption.ts";
import { type ServedPage, servePage } from "../surroundings/serve-page.ts";
import type { Surroundings } from "../surroundings/surroundings.ts";

// The same relative path from src/cli/commands and from dist/cli/commands.
const pageFile = new URL("../../../dist/playground/playground.html", import.meta.url);

/** Serves the page until a signal comes. */
export async function playgroundCommand(
  { port = 0 }: PlaygroundOptions,
  { stdout, stderr }: Pick<Surroundings, "stdout" | "stderr">,
): Promise<ExitCode> {
  const page = readPage();
  return whileListening(async ({ signal, hear }) => {
    const served = await serve(page, port);
    stdout.write(`${served.address}\n`);
    stderr.write("open this address in a browser; press Ctrl-C to end\n");
    let received = await hear();
    while (received === undefined) {
      await once(signal, "abort");
      received = await hear();
    }
    served.close();
    return exitCodes[received];
  });
}

function readPage(): string {
  try {
    return readFileSync(pageFile, "utf8");
  } catch (error) {
    throw usageError(
      `the page of the playground cannot be read: ${reasonOf(error)}`,
      "`npm run build` writes it into a checkout",
    );
  }
}

async function serve(page: string, port: number): Promise<ServedPage> {
  try {
    return await servePage(page, port);
  } catch (error) {
    if (systemReason(error) === undefined) throw error;
    throw usageError(`port ${port} cannot be used: ${reasonOf(error)}`, "without --port, a free one is chosen");
  }
}
