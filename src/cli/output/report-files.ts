/** Reports that go to files. */
import { basename, dirname, join } from "node:path";
import type { FileKind } from "../../files/file-kind.ts";
import type { OpenOutput } from "../../files/open-output.ts";
import { allTracesIn, hasTrace } from "../../reporters/report.ts";
import type { BesideTraces, Reporter } from "../../reporters/reporter.ts";
import type { Asked, Outputs } from "./outputs.ts";

export function together(reporters: readonly Reporter[]): Reporter {
  const joined = (texts: (reporter: Reporter) => string | undefined) =>
    reporters.map((one) => texts(one) ?? "").join("");
  return {
    onStart: (check) => joined((reporter) => reporter.onStart?.(check)),
    onProgress: (check, progress) => joined((reporter) => reporter.onProgress?.(check, progress)),
    onResult: (result) => joined((reporter) => reporter.onResult(result)),
    onEnd: (report) => joined((reporter) => reporter.onEnd(report)),
  };
}

/** Passes a reporter's text to another receiver. */
export function into(write: (text: string) => void, reporter: Reporter): Reporter {
  const pass = (text: string | undefined): string => {
    if (text !== undefined && text !== "") write(text);
    return "";
  };
  return {
    onStart: (check) => pass(reporter.onStart?.(check)),
    onProgress: (check, progress) => pass(reporter.onProgress?.(check, progress)),
    onResult: (result) => pass(reporter.onResult(result)),
    onEnd: (report) => pass(reporter.onEnd(report)),
  };
}

export function intoFile(reporter: Reporter, { write, end }: OpenOutput): Reporter {
  const { onEnd, ...others } = into(write, reporter);
  return {
    ...others,
    onEnd(report) {
      const none = onEnd(report);
      end();
      return none;
    },
  };
}

/** `name`: how standard output names the files; undefined if people do not read standard output. */
export function besideTraces(
  { extension, render }: BesideTraces,
  kind: FileKind,
  outputs: Outputs,
  name: string | undefined,
): Reporter {
  return {
    onResult(result) {
      const files = allTracesIn(result)
        .filter(hasTrace)
        .flatMap(({ trace, path }) => {
          const file = path?.replace(/\.trace\.json$/, extension);
          return file !== undefined && outputs.write(file, kind, render(trace)) ? [file] : [];
        });
      return name === undefined ? "" : files.map((file) => `  ${name}: ${file}\n`).join("");
    },
    onEnd: () => "",
  };
}

/** The first trace goes to `file`, the second to `file-2`. */
export function everyTraceIntoFile({ render }: BesideTraces, asked: Asked, outputs: Outputs): Reporter {
  const { file, kind } = asked;
  const first = outputs.open(asked, { removesOld: true });
  let written = 0;
  return {
    onResult(result) {
      for (const { trace } of allTracesIn(result).filter(hasTrace)) {
        if (++written === 1) first.write(render(trace));
        else outputs.write(numbered(file, written), kind, render(trace));
      }
      return "";
    },
    onEnd() {
      first.end();
      return "";
    },
  };
}

function numbered(file: string, number: number): string {
  const [, name = "", extensions = ""] = /^(.[^.]*)(.*)$/s.exec(basename(file)) ?? [];
  return join(dirname(file), `${name}-${number}${extensions}`);
}
