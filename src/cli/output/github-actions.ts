/** On GitHub Actions, annotations and the job's summary are written without an option. */
import { appendText } from "../../files/open-output.ts";
import { reasonOf } from "../../files/system-errors.ts";
import { githubAnnotations, githubReporter } from "../../reporters/github.ts";
import { markdownReport } from "../../reporters/markdown.ts";
import type { Reporter } from "../../reporters/reporter.ts";
import type { Host, Output } from "../surroundings/surroundings.ts";
import { into } from "./report-files.ts";

/** GitHub does not show a step's summary of more than 1 MiB; in UTF-8 a character has up to 4 bytes. */
const mostCharacters = 2 ** 18;

/** `asked`: the names of the reporters that the options name. */
export function onGitHub(asked: readonly string[], { env, stderr }: Pick<Host, "env" | "stderr">): readonly Reporter[] {
  if (env.GITHUB_ACTIONS !== "true") return [];
  const summary = env.GITHUB_STEP_SUMMARY ?? "";
  return [
    // The runner reads both streams, and standard output may hold a JSON document.
    ...(asked.includes(githubReporter.name)
      ? []
      : [into((text) => (stderr.command ?? stderr.write)(text), githubAnnotations)]),
    ...(summary === "" ? [] : [jobSummary(summary, stderr)]),
  ];
}

function jobSummary(file: string, stderr: Output): Reporter {
  return {
    onResult: () => "",
    onEnd({ results }) {
      try {
        appendText(file, `${markdownReport(results, mostCharacters).join("\n")}\n`);
      } catch (error) {
        // The user did not ask for the summary, and the results do not depend on it.
        stderr.write(`the job's summary could not be written: ${reasonOf(error)}\n`);
      }
      return "";
    },
  };
}
