/**
 * What the page asks of the engine, and what it gets. The engine runs the checker in a worker of the browser, so that the
 * page never freezes. Everything here can be cloned into a message.
 */
import type { SearchProgress } from "../checker/contract/search-types.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Edit } from "../edits/edit.ts";
import type { KernelVersion } from "../model/versions/rows.ts";
import type { Outcome, Verdict } from "../reporters/report.ts";
import type { FeatureChanges, Trace } from "../trace/format.ts";
import type { WhyLine, WhyReport } from "../why/why-report.ts";

/** The text of a scenario, and the name under which messages and commands speak of it ("specs/fork-race.json"). */
export interface Source {
  readonly file: string;
  readonly text: string;
}

/** A scenario and what the reader changed with switches and clicks: the options of `exclusive-check <spec>`. */
export interface Question extends Source {
  /** Empty: the kernels that the scenario names. */
  readonly kernels: readonly KernelVersion[];
  readonly with: readonly string[];
  readonly without: readonly string[];
  /** In the form of `--edit`. */
  readonly edits: readonly string[];
  readonly properties: readonly string[];
  readonly options: QuestionOptions;
}

export interface QuestionOptions {
  readonly depth?: number;
  readonly maxStates?: number;
  readonly timeoutMs?: number;
  readonly traces?: number;
  readonly witness?: boolean;
  readonly allViolations?: boolean;
  readonly symmetry?: boolean;
}

/** An answer, or what is wrong with the question: the messages of the command line, with their places in the text. */
export type Answer<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly diagnostics: readonly PlacedDiagnostic[] };

export interface PlacedDiagnostic extends Diagnostic {
  /** Characters in the source's text; undefined if the message has no place in it. */
  readonly range: { readonly from: number; readonly to: number } | undefined;
  /** As the command line prints it, without colours. */
  readonly rendered: string;
}

/** What a scenario names. */
export interface ScenarioFacts {
  readonly name: string;
  readonly description: string;
  /** The kernels that it names, in the order of the versions. */
  readonly kernels: readonly KernelVersion[];
  /** What the scenario changes in them; kernels that it takes as they are have no entry. */
  readonly changes: readonly { readonly kernel: KernelVersion; readonly features: FeatureChanges }[];
  readonly properties: readonly string[];
  readonly actors: readonly string[];
  /** The pages, the processes and what each actor runs, in one line. */
  readonly bounds: string;
}

/** A trace beside the bytes of its file. */
export interface TraceFile {
  /** The name that the command line gives the file, without a folder. */
  readonly name: string;
  /** Byte for byte what the command line writes. */
  readonly text: string;
  /** What is shown of it. */
  readonly trace: Trace;
  /** If it comes from a file and is not reproduced: why, in one line. Everything that shows the trace says so. */
  readonly doubt?: string;
}

/** One scenario under one kernel. */
export interface KernelResult {
  readonly kernel: KernelVersion;
  readonly verdict: Verdict;
  readonly outcome: Outcome;
  /** What the scenario and the question change in the kernel; the verdict rests on it. */
  readonly features: FeatureChanges;
  /** Whether the scenario expects a verdict of this question, with which it was compared. */
  readonly isCompared: boolean;
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly seconds: number;
  /** What the command line prints for this result, without colours: the verdict, what it does not cover, statistics. */
  readonly text: string;
  /** The same with `--full`: every counterexample step by step, the names of what is untested and unreached. */
  readonly full: string;
  /** The violations first, then further traces of the same properties. */
  readonly traces: readonly TraceFile[];
  readonly witnesses: readonly TraceFile[];
  /** The command that gives the result again. */
  readonly reproduce: string;
}

export interface CheckReport {
  readonly results: readonly KernelResult[];
  /** What the command line prints after the last result: one counterexample, and how to see more. */
  readonly summary: string;
  /** The table of verdicts by kernel, as the command line prints it for several scenarios. */
  readonly matrix: string;
  /** The notes and warnings that the command line writes to standard error. */
  readonly notes: readonly string[];
  /** What `--reporter json` writes. */
  readonly json: string;
  readonly stopped: boolean;
}

/** Sent while a check runs. */
export type CheckEvent =
  | { readonly kind: "begins"; readonly kernel: KernelVersion; readonly number: number; readonly of: number }
  | { readonly kind: "progress"; readonly kernel: KernelVersion; readonly progress: SearchProgress }
  | { readonly kind: "result"; readonly result: KernelResult };

/** A line of a procedure: a step, or the calls of one other procedure. */
export interface ProcedureLine {
  readonly kind: "step" | "call";
  /** The label of the step as this scenario has it, or the name of the procedure that is called. */
  readonly label: string;
  /** What the step does, in one line; empty for a call. */
  readonly note: string;
  readonly effects: readonly LineEffect[];
  /**
   * The actors whose programs have the line, in this scenario on this kernel. If there is none, the line can be found with
   * `explain`, and edits have no place there.
   */
  readonly actors: readonly string[];
  /** What the chosen edits did to the line. */
  readonly change: LineChange | undefined;
}

/** What a line does that can be taken away by itself. */
export interface LineEffect {
  /** As in `drop EFFECT from PROCEDURE: STEP`; "calling the notifier" for a call. */
  readonly name: string;
  /** What is known to break without it, as `explain` says it, and whether that is about another kernel. */
  readonly needed: string | undefined;
}

export interface LineChange {
  /** A dropped line is still shown at its old place. */
  readonly how: "dropped" | "moved" | "inserted" | "changed";
  /** What changed, in a few words: "without taking page_lock", "moved after unlock_page". */
  readonly what: string;
  /** The edit as the question has it, or as one line if it stands in the scenario. */
  readonly edit: string;
  /** Its position among the edits of the question; undefined if it stands in the scenario. */
  readonly number: number | undefined;
}

/** Names a line of a procedure. */
export interface LineName extends Pick<ProcedureLine, "kind" | "label"> {
  readonly procedure: string;
}

/** An edit that can be made in this scenario on this kernel, after those of the question. */
export interface OfferedEdit {
  readonly kind: Edit["kind"];
  /** A few words: "Remove only: taking ptl", "before unlock_page". */
  readonly title: string;
  /** What the edit means, or what an inserted step does. */
  readonly note: string | undefined;
  /** In the form of `--edit`. */
  readonly edit: string;
  /** Where the step goes that moves, or where the new step stands. */
  readonly place: { readonly side: "before" | "after"; readonly label: string } | undefined;
  /** The effect that goes, or before which the step is split. */
  readonly effect: string | undefined;
}

export interface ProcedureView {
  readonly name: string;
  /** "mm/memory.c" */
  readonly file: string;
  /** In the order of the code. */
  readonly lines: readonly ProcedureLine[];
}

/** A step that can be taken in the state at which a path ends. */
export interface NextStep {
  /** Names the step within its state. */
  readonly number: number;
  readonly actor: string;
  readonly procedure: string;
  readonly label: string;
  /** What such a step does in general. */
  readonly note: string;
  /** What this one would do and see here; undefined if there are no other words than the note. */
  readonly outcome: string | undefined;
  /** What was chosen, if the step has a choice. */
  readonly chosen: readonly string[];
  /** The property that the step would violate, if any. */
  readonly violates: string | undefined;
}

/** A path that the reader takes by hand, shown as a trace. */
export interface Exploration {
  readonly trace: TraceFile;
  readonly next: readonly NextStep[];
}

/** Where an exploration by hand is: the numbers of the steps that were taken from the start of the scenario. */
export interface ExplorationPath {
  readonly question: Question;
  readonly kernel: KernelVersion;
  readonly steps: readonly number[];
  /** What the trace of the path is to show, if its end does; undefined: the first property that its end violates. */
  readonly property: string | undefined;
}

/** What a trace answers. */
export interface AskedQuestion {
  /** Without what the scenario itself changes. */
  readonly question: Question;
  readonly kernel: KernelVersion;
  /** The command that asks it. */
  readonly command: string;
}

/** A file that was dropped on the page. */
export interface OpenedTrace {
  readonly trace: TraceFile;
  /** What `replay --quiet` prints: whether the trace is reproduced, or why it cannot be executed. */
  readonly replayed: string;
  /** The numbers of its steps, for an exploration by hand; undefined if the trace is not reproduced. */
  readonly path: ExplorationPath | undefined;
}

export const conversions = ["mail", "markdown", "mermaid", "html"] as const;
export type Conversion = (typeof conversions)[number];

export interface Completion {
  readonly label: string;
  /** What it is, in a few words. */
  readonly detail: string;
  readonly insert: string;
  /** What to select of `insert` afterwards, as start and end: a part that the reader will want to change. */
  readonly select?: readonly [start: number, end: number];
}

export interface Completions {
  /** The part of the text that a choice replaces. The cursor is in it or at one of its ends. */
  readonly from: number;
  readonly to: number;
  /** Those that fit what stands between `from` and the cursor; what begins with it comes first. */
  readonly options: readonly Completion[];
}

export interface Hover {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** What one line is there for on one kernel. */
export interface ToldLine extends WhyLine {
  /** What `why` prints for it: what breaks without it, or that nothing here needs it. */
  readonly said: string;
}

/** A line on one kernel whose answer is still awaited. */
export interface AwaitedLine extends Pick<WhyLine, "procedure" | "step" | "effect" | "kernel"> {
  readonly said: undefined;
  readonly needed: null;
}

export interface WhyAnswer {
  /** In the order of the code, the kernels of a line side by side. */
  readonly lines: readonly ToldLine[];
  /** What an answer means, if it needs explaining. */
  readonly remark: string | undefined;
  /** What `why` prints. */
  readonly text: string;
  /** What `why --json` writes. */
  readonly report: WhyReport;
  readonly stopped: boolean;
}

/** Sent before each line is tried on a kernel. */
export interface WhyProgress {
  /** "3 of 12 lines": a line counts when it is answered on each kernel. */
  readonly told: string;
  /** All that are asked about, in the order of the answer. */
  readonly lines: readonly (ToldLine | AwaitedLine)[];
  readonly remark: string | undefined;
}

/** What can be chosen, for switches and for texts beside them. */
export interface Catalogue {
  readonly version: string;
  readonly kernels: readonly { readonly name: KernelVersion; readonly sentence: string }[];
  readonly features: readonly {
    readonly name: string;
    readonly sentence: string;
    readonly on: readonly KernelVersion[];
  }[];
  readonly properties: readonly { readonly name: string; readonly sentence: string }[];
}

/** Each method is one message and one answer; the last parameter of a method with events receives them. */
export interface Engine {
  catalogue(): Promise<Catalogue>;
  read(source: Source): Promise<Answer<ScenarioFacts>>;
  check(question: Question, onEvent: (event: CheckEvent) => void): Promise<Answer<CheckReport>>;
  /** Ends the check that runs, which then reports what it found so far. */
  stop(): Promise<void>;
  /** What the actors run, in the order of the calls, as the edits of the question leave it. */
  procedures(question: Question, kernel: KernelVersion): Promise<Answer<readonly ProcedureView[]>>;
  /** The edits that a click on a line offers. */
  offers(question: Question, kernel: KernelVersion, line: LineName): Promise<Answer<readonly OfferedEdit[]>>;
  /**
   * What each line is there for, from the scenarios of the library. `what`: a procedure, or `PROCEDURE: STEP`. No kernel:
   * all that have the lines. `stop` ends it with what is known by then.
   */
  why(
    what: string,
    kernels: readonly KernelVersion[],
    onProgress: (progress: WhyProgress) => void,
  ): Promise<Answer<WhyAnswer>>;
  explore(path: ExplorationPath): Promise<Answer<Exploration>>;
  openTrace(name: string, text: string): Promise<Answer<OpenedTrace>>;
  /** Undefined if no question leads to the trace. */
  askedBy(trace: TraceFile): Promise<AskedQuestion | undefined>;
  convert(trace: TraceFile, to: Conversion): Promise<string>;
  complete(source: Source, offset: number): Promise<Completions>;
  hover(source: Source, offset: number): Promise<Hover | undefined>;
}
