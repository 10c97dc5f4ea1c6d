/** What the page shows now, and what its controls can do. */
import type { Trace } from "../../trace/format.ts";
import type { Analysis } from "./analysis.ts";
import type { Position } from "./history.ts";
import { hashOf } from "./place.ts";

/** What the file carries, as JSON in the element with this id. */
export interface PageData {
  readonly traces: readonly Trace[];
}

export const dataElementId = "data";

export type Theme = "light" | "dark";

export interface Page extends Analysis {
  /** All traces of the file; `trace` is one of them. */
  readonly traces: readonly Trace[];
  readonly number: number;
  readonly position: Position;
  /** From here on what changed is marked: the position before the step, or before the folded steps. */
  readonly since: Position;
  /** The variable that the reader follows from change to change. */
  readonly followed: string;
  readonly filter: string;
  readonly onlyChanged: boolean;
  /** False: steps that the violation does not need are folded. */
  readonly allSteps: boolean;
  /** Whether the whole story is shown, or only its last sentence. */
  readonly wholeStory: boolean;
  /** Undefined: the viewer is a part of another page, which has the colours. */
  readonly theme: Theme | undefined;
  readonly act: Actions;
}

export interface Actions {
  readonly goTo: (position: Position) => void;
  readonly showTrace: (number: number) => void;
  readonly follow: (variable: string) => void;
  readonly filter: (text: string) => void;
  readonly showOnlyChanged: (only: boolean) => void;
  readonly showAllSteps: (all: boolean) => void;
  readonly tellWholeStory: (whole: boolean) => void;
  readonly switchTheme: () => void;
  /** Opens the window of the keys, or closes it. */
  readonly switchKeys: () => void;
}

/** A link to a step. Everything else that is shown stays the same. */
export function linkTo(step: Position, { number, allSteps }: Page): string {
  return hashOf({ trace: number, step, allSteps });
}
