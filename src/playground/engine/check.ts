/** A check as `exclusive-check <spec> --out .` runs it. */

import type { CheckHost } from "../../check/check-request.ts";
import { outcomeOf } from "../../check/judge.ts";
import { runCheck } from "../../check/run-check.ts";
import { type SearchCheck, searchOnce } from "../../check/search-check.ts";
import { buildingUntil, isStop } from "../../check/stopping.ts";
import { rejectMistakes, runChecks } from "../../cli/checks/run-checks.ts";
import type { CheckOptions } from "../../cli/options/check-options.ts";
import { checkRequest, type PlannedCheck, planChecks } from "../../cli/options/plan-checks.ts";
import type { CheckResult } from "../../reporters/report.ts";
import { parseSpec } from "../../spec/parse-spec.ts";
import { printableLines } from "../../text/printable.ts";
import type { Trace } from "../../trace/format.ts";
import type { Answer, CheckEvent, CheckReport, KernelResult, Question, Source, TraceFile } from "../protocol.ts";
import { answer } from "./answer.ts";
import type { EngineHost } from "./engine-host.ts";
import { changesOf, optionsOf } from "./question.ts";
import { kernelResult, reportTexts } from "./report-texts.ts";
import { traceFileOf } from "./trace-file.ts";

interface Running {
  readonly options: CheckOptions;
  readonly host: EngineHost;
  readonly signal: AbortSignal;
  readonly onEvent: (event: CheckEvent) => void;
  readonly searchCheck: SearchCheck;
}

/** When the signal comes, the report says what was found so far. */
export function check(
  question: Question,
  host: EngineHost,
  signal: AbortSignal,
  onEvent: (event: CheckEvent) => void,
): Promise<Answer<CheckReport>> {
  return answer(question, async () => {
    const options = optionsOf(question);
    const spec = parseSpec(question.text, question.file);
    const asked = changesOf(question, options);
    const checks = planChecks([spec], options, asked);
    if (checks.length > 1) await rejectMistakes(checks, host, signal);
    const notes = (options.kernel ?? []).flatMap(({ note }) => (note === undefined ? [] : [`note: ${note}`]));
    const reported: KernelResult[] = [];
    const running: Running = { options, host, signal, onEvent, searchCheck: searchOnce() };
    const { results, warnings } = await runChecks(checks, {
      asked,
      builder: host,
      signal,
      async run(planned) {
        const { kernel } = planned.target;
        onEvent({ kind: "begins", kernel, number: reported.length + 1, of: checks.length });
        const kept = new Map<Trace, TraceFile>();
        const searched = await runUntilSignal(planned, kept, running);
        if (searched === undefined) return undefined;
        const found = isOwnText(question, host) ? searched : notCompared(searched);
        const result = kernelResult(kernel, found, kept);
        reported.push(result);
        onEvent({ kind: "result", result });
        return found;
      },
      warn: (line) => notes.push(line),
    });
    return {
      results: reported,
      ...reportTexts({ version: host.version, results }),
      notes: [...notes, ...warnings].map(printableLines),
      stopped: signal.aborted,
    };
  });
}

/** Whether the text is that of a shipped scenario under its name, or the reader's own under another name. */
function isOwnText({ file, text }: Source, { shipped }: EngineHost): boolean {
  return (shipped.get(file) ?? text) === text;
}

/**
 * The verdicts of a shipped scenario are known for its own text; a text that differs is another question. The search is
 * the same: it goes on after violations that the file expects.
 */
function notCompared(result: CheckResult): CheckResult {
  const { violations, complete, rangeError, vacuous } = result;
  const findings = {
    violated: violations.map(({ property }) => property),
    complete,
    rangeError: rangeError !== undefined,
    missed: vacuous.some(({ kind }) => kind === "sometimes"),
    drifts: [],
  };
  return { ...result, expected: undefined, drifts: [], outcome: outcomeOf(findings, undefined) };
}

/** Undefined if the signal came before the search. */
async function runUntilSignal(
  planned: PlannedCheck,
  kept: Map<Trace, TraceFile>,
  { options, host: { version, search, buildModel }, signal, onEvent, searchCheck }: Running,
): Promise<CheckResult | undefined> {
  const { kernel } = planned.target;
  try {
    const checkHost: CheckHost = {
      version,
      search,
      buildModel: buildingUntil(signal, buildModel),
      signal,
      keepTrace(trace, number) {
        const file = traceFileOf(trace, number);
        kept.set(trace, file);
        return file.name;
      },
      onProgress: (progress) => onEvent({ kind: "progress", kernel, progress }),
    };
    return await runCheck(checkRequest(planned, options, {}), checkHost, searchCheck);
  } catch (error) {
    if (isStop(error, signal)) return undefined;
    throw error;
  }
}
