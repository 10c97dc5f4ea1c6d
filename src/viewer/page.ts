/** What the page shows at the moment, and what its controls can do. */
import type { Trace } from "../trace/format.ts";
import type { Analysis } from "./analysis.ts";
import type { Position } from "./data/history.ts";

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
  /** The variable whose changes one jumps between. */
  readonly followed: string;
  readonly filter: string;
  readonly onlyChanged: boolean;
  /** Steps without which the violation comes about just the same are left out of the lanes. */
  readonly onlyMattering: boolean;
  readonly theme: Theme;
  readonly act: Actions;
}

export interface Actions {
  readonly goTo: (position: Position) => void;
  readonly showTrace: (number: number) => void;
  readonly follow: (variable: string) => void;
  readonly filter: (text: string) => void;
  readonly showOnlyChanged: (only: boolean) => void;
  readonly showOnlyMattering: (only: boolean) => void;
  readonly switchTheme: () => void;
}
