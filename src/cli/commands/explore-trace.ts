/** Shows a trace on the full screen of a terminal. The user steps through it and can leave it for other paths. */
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import type { ChalkInstance } from "chalk";
import { openTrace } from "../../explorer/explorer.ts";
import { commandOf } from "../../explorer/keys.ts";
import { paint } from "../../explorer/paint.ts";
import { type Command, type Effect, update } from "../../explorer/update.ts";
import { viewOf } from "../../explorer/view.ts";
import { makeFolder } from "../../files/make-folder.ts";
import { writeNewFile } from "../../files/new-file.ts";
import { reasonOf } from "../../files/system-errors.ts";
import { type Terminal, takeScreen } from "../../terminal/full-screen.ts";
import type { TraceOrigin } from "../../trace/build-trace.ts";
import type { Trace } from "../../trace/format.ts";
import type { Subject } from "../../trace/violation.ts";
import { traceText } from "../../trace/write-trace.ts";
import { type ExitCode, exitCodes } from "../surroundings/exit-code.ts";

export interface Exploration {
  readonly subject: Subject;
  /** The trace. It has been replayed successfully. */
  readonly trace: Trace;
  /** How the names of files begin to which the user writes paths. */
  readonly stem: string;
  /** The origin to record in traces that the user writes. */
  readonly origin: TraceOrigin;
}

export async function exploreTrace(
  { subject, trace, stem, origin }: Exploration,
  terminal: Terminal,
  colors: ChalkInstance,
): Promise<ExitCode> {
  const fileName = (number: number) => `${stem}-by-hand-${number}.trace.json`;
  let fileNumber = 1;
  while (existsSync(fileName(fileNumber))) fileNumber++;
  let explorer = openTrace({ subject, origin, trace, fileName, fileNumber });

  /** Whether to end. */
  function give(command: Command): boolean {
    const { explorer: next, effect } = update(explorer, command);
    explorer = next;
    if (effect === undefined) return false;
    return effect.kind === "quit" || give(written(effect, dirname(stem)));
  }

  const ended = await takeScreen(terminal, {
    draw: (size) => viewOf(explorer, size).map((line) => paint(line, colors)),
    press: (key) => {
      const command = commandOf(key, explorer.mode);
      return command !== undefined && give(command);
    },
  });
  return ended === "done" ? exitCodes.asExpected : exitCodes[ended];
}

/** Never overwrites an existing file. Creates only the folder that is proposed. */
function written({ file, trace }: Extract<Effect, { kind: "write" }>, proposed: string): Command {
  try {
    if (dirname(file) === proposed) makeFolder(proposed);
    writeNewFile(file, traceText(trace));
    return { kind: "written", file };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason =
      code === "EEXIST" ? "this file already exists" : code === "ENOENT" ? "there is no such folder" : reasonOf(error);
    return { kind: "not-written", reason };
  }
}
