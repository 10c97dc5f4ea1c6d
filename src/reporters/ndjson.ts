/**
 * One JSON object per line during the run, for tools that watch it: `start` and `progress` of each search, its
 * `result`, and `end` with the number of results. schema/progress.schema.json describes them.
 */
import { resultJson } from "./json.ts";
import { jsonText } from "./json-text.ts";
import type { CheckStart } from "./report.ts";
import type { ReporterEntry } from "./reporter.ts";

/** Seconds. */
const leastInterval = 1;

export const ndjsonReporter: ReporterEntry = {
  name: "ndjson",
  sentence: "One JSON object per line during the run: starts, progress, results.",
  kind: { what: "a report of exclusive-check, line by line", begins: /^\{"event":"(start|progress|result|end)"/ },
  asItComes: true,
  open: () => {
    let last = 0;
    return {
      onStart(check) {
        last = 0;
        return line("start", { ...nameOf(check), features: check.features });
      },
      onProgress(check, { states, transitions, depth, frontier, bytes, seconds }) {
        if (seconds < last + leastInterval) return "";
        last = seconds;
        const soFar = { states, transitions, depth, frontier, bytes, seconds: Number(seconds.toFixed(3)) };
        return line("progress", { ...nameOf(check), ...soFar });
      },
      onResult: (result) => line("result", { file: result.file, result: resultJson(result) }),
      onEnd: ({ version, results }) => line("end", { version, results: results.length }),
    };
  },
};

function nameOf({ spec, file, kernel }: CheckStart): object {
  return { file, spec, kernel };
}

function line(event: string, content: object): string {
  return `${jsonText({ event, ...content })}\n`;
}
