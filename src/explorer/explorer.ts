/** The state of an exploration: what the user sees and has done so far. */
import type { TraceOrigin } from "../trace/build-trace.ts";
import type { Trace } from "../trace/format.ts";
import type { Subject } from "../trace/violation.ts";
import { isTaken, optionsAt, type Path, pointAt, recordedPath } from "./path.ts";

export interface Explorer {
  readonly subject: Subject;
  /** The origin to record in traces that the user writes. */
  readonly origin: TraceOrigin;
  /** The property of the opened trace. */
  readonly property: string;
  readonly recorded: Path;
  readonly path: Path;
  /** How many steps of the path have been taken. */
  readonly position: number;
  /** The chosen step among those that can be taken, counted from 0. */
  readonly selected: number;
  /** The points that `undo` returns to, the latest last. */
  readonly history: readonly { readonly path: Path; readonly position: number }[];
  /** The variable whose changes the user looks for. */
  readonly variable: string | undefined;
  readonly mode: Mode;
  readonly message: Message | undefined;
  /** The path that was written last. */
  readonly written: Path | undefined;
  /** The default file for the next path. */
  readonly fileName: (number: number) => string;
  readonly fileNumber: number;
  /** The user has asked to quit once, and the path is not written. */
  readonly warned: boolean;
}

export type PromptPurpose = "step" | "variable" | "file";

export type Mode =
  | { readonly kind: "path" }
  | { readonly kind: "help" | "everything"; readonly first: number }
  | { readonly kind: "prompt"; readonly purpose: PromptPurpose; readonly text: string };

export interface Message {
  readonly text: string;
  readonly tone: "plain" | "good" | "bad";
}

export interface Opened {
  readonly subject: Subject;
  readonly origin: TraceOrigin;
  readonly trace: Trace;
  readonly fileName: (number: number) => string;
  readonly fileNumber: number;
}

/** Opens a trace, which must replay, at its start. */
export function openTrace({ subject, origin, trace, fileName, fileNumber }: Opened): Explorer {
  const path = recordedPath(subject, trace);
  const explorer: Explorer = {
    subject,
    origin,
    property: trace.property,
    recorded: path,
    path,
    position: 0,
    selected: 0,
    history: [],
    variable: undefined,
    mode: { kind: "path" },
    message: undefined,
    written: undefined,
    fileName,
    fileNumber,
    warned: false,
  };
  return standAt(explorer, 0);
}

/** Moves to a position. Chooses the path's next step or, at the end, a step of the actor that moved last. */
export function standAt(explorer: Explorer, position: number): Explorer {
  const { subject, path } = explorer;
  const point = pointAt(path, position);
  const options = optionsAt(subject, point);
  const next = options.findIndex((option) => isTaken(path, position, option));
  const same = options.findIndex(({ location }) => location.actor === point.taken?.location.actor);
  return { ...explorer, position, selected: Math.max(0, next === -1 ? same : next) };
}

/** Whether the path has steps taken by hand that are not written to a file. */
export function isUnwritten({ path, written }: Explorer): boolean {
  return path !== written && path.some(({ byHand }) => byHand);
}
