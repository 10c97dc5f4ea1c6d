/** Everything that the page shows follows from this record. */
import type { SearchProgress } from "../../../checker/contract/search-types.ts";
import type { KernelVersion } from "../../../model/versions/rows.ts";
import type {
  Answer,
  Catalogue,
  CheckReport,
  KernelResult,
  PlacedDiagnostic,
  Question,
  ScenarioFacts,
  Source,
  TraceFile,
} from "../../protocol.ts";
import { type Entry, entriesOf } from "../library/entries.ts";
import type { ByHand } from "./by-hand.ts";
import { type Code, noCode } from "./code.ts";
import { noReasons, type Reasons } from "./reasons.ts";
import { noChoices, type Work } from "./work.ts";

export const panelNames = ["questions", "scenario", "procedures", "result", "trace", "explore", "why"] as const;
export type PanelName = (typeof panelNames)[number];

export interface RunningCheck {
  readonly kind: "running";
  readonly kernel: KernelVersion | undefined;
  /** The number of the kernel, from 1, and how many there are. */
  readonly number: number;
  readonly of: number;
  readonly progress: SearchProgress | undefined;
  /** Of the kernels that are done. */
  readonly results: readonly KernelResult[];
  readonly stopping: boolean;
}

export type Check =
  | { readonly kind: "none" }
  | RunningCheck
  | { readonly kind: "done"; readonly report: CheckReport; readonly question: Question }
  | { readonly kind: "refused"; readonly diagnostics: readonly PlacedDiagnostic[] }
  /** A bug: the engine threw. */
  | { readonly kind: "failed"; readonly message: string };

export interface State extends Work {
  /** All shipped scenarios. */
  readonly library: readonly Source[];
  /** What the list of them shows. */
  readonly entries: readonly Entry[];
  /** Undefined until the engine has started. */
  readonly catalogue: Catalogue | undefined;
  readonly panel: PanelName;
  /** How many scenarios were opened before this one. */
  readonly opening: number;
  /** What the engine read from the source; undefined until it has answered. */
  readonly facts: Answer<ScenarioFacts> | undefined;
  /** The last facts that could be read, so that the switches stay while the reader types. */
  readonly lastFacts: ScenarioFacts | undefined;
  readonly check: Check;
  /** The trace that the panel "trace" shows. */
  readonly trace: TraceFile | undefined;
  /** How many of its steps have been taken where the reader is. */
  readonly step: number;
  /** What the panel "explore" shows. */
  readonly byHand: ByHand | undefined;
  readonly code: Code;
  readonly reasons: Reasons;
  /** What was open before and had been changed by the reader, the latest last. */
  readonly replaced: readonly Work[];
  /** For the reader, until it is closed. */
  readonly message: string;
  /** For screen readers only: what others see elsewhere on the page. */
  readonly announcement: string;
  /** What the reader searches in the list of scenarios, and in the list of features. */
  readonly search: string;
  readonly featureSearch: string;
  /** What is wrong with the edit in the field, as the command line prints it. */
  readonly editError: string;
  /** A text that could not be put into the clipboard. */
  readonly textToCopy: { readonly what: string; readonly text: string } | undefined;
  /** A place in the source to which the editor has yet to go. */
  readonly goTo: { readonly from: number; readonly to: number } | undefined;
  /** Undefined: as the system has it. */
  readonly theme: "light" | "dark" | undefined;
}

export function initialState(library: readonly Source[]): State {
  const empty = { file: "", text: "" };
  return {
    library,
    entries: entriesOf(library),
    catalogue: undefined,
    panel: "questions",
    source: empty,
    opened: { source: empty, choices: noChoices },
    opening: 0,
    facts: undefined,
    lastFacts: undefined,
    choices: noChoices,
    check: { kind: "none" },
    trace: undefined,
    step: 0,
    byHand: undefined,
    code: noCode,
    reasons: noReasons,
    replaced: [],
    message: "",
    announcement: "",
    search: "",
    featureSearch: "",
    editError: "",
    textToCopy: undefined,
    goTo: undefined,
    theme: undefined,
  };
}

export function questionOf({ source, choices }: State): Question {
  return { ...source, ...choices };
}
