/** `exclusive-check playground [spec]` */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";
import { usageError } from "../../diagnostics/usage-error.ts";
import { reasonOf, systemReason } from "../../files/system-errors.ts";
import { readSpecText } from "../../spec/load-spec.ts";
import { grouped } from "../../text/quantities.ts";
import { longestFragment, longestScenario } from "../options/link-limits.ts";
import type { PlaygroundOptions } from "../options/playground-options.ts";
import { type ExitCode, exitCodes } from "../surroundings/exit-code.ts";
import { whileListening } from "../surroundings/interruption.ts";
import { type ServedPage, servePage } from "../surroundings/serve-page.ts";
import type { Surroundings } from "../surroundings/surroundings.ts";
import { findSpecs } from "./find-specs.ts";

// The same relative path from src/cli/commands and from dist/cli/commands.
const pageFile = new URL("../../../dist/playground/playground.html", import.meta.url);

/** Serves the page until a signal comes. `path`: a scenario for the page to open. */
export async function playgroundCommand(
  path: string | undefined,
  { port = 0 }: PlaygroundOptions,
  { stdout, stderr }: Pick<Surroundings, "stdout" | "stderr">,
): Promise<ExitCode> {
  const page = readPage();
  const fragment = path === undefined ? "" : `#${fragmentOf(path)}`;
  return whileListening(async ({ signal, hear }) => {
    const served = await serve(page, port);
    stdout.write(`${served.address}${fragment}\n`);
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

/** A link to the scenario as src/playground/page/sharing/link.ts reads it: raw deflate of a question's JSON, in base64url. */
function fragmentOf(path: string): string {
  const [file, ...others] = findSpecs([path], []);
  if (file === undefined || others.length > 0)
    throw usageError(`playground takes one scenario, and ${path} holds ${1 + others.length}`);
  const text = readSpecText(file);
  if (text.length > longestScenario)
    throw usageError(
      `${file} is too large for the page: it has more than ${grouped(longestScenario)} characters`,
      "check it on the command line",
    );
  const unchanged = { kernels: [], with: [], without: [], edits: [], properties: [], options: {} };
  const question = JSON.stringify({ file, text, ...unchanged });
  const fragment = `q1=${deflateRawSync(question, { level: 9 }).toString("base64url")}`;
  if (fragment.length <= longestFragment) return fragment;
  throw usageError(`${file} is too large for a link`, "start without it, and open the file in the page");
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
