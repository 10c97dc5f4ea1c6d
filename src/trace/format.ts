/**
 * What a trace file holds: one path from the initial state to a violation, or a path that was explored by hand, with enough
 * beside it (the whole scenario, the kernel, the features) that it can be executed again anywhere.
 * schema/trace.schema.json says the same to other tools.
 */

export const traceFormat = "exclusive-check-trace";
export const traceVersion = 1;

export interface Trace {
  readonly format: typeof traceFormat;
  readonly version: typeof traceVersion;
  /** The version of exclusive-check that wrote it. */
  readonly tool: string;
  readonly spec: TraceSpec;
  readonly kernel: string;
  readonly features: FeatureChanges;
  readonly property: string;
  /** Digest of the scenario's name and text, the kernel, the features and the property. */
  readonly origin: string;
  readonly sentence: string;
  /** Every variable's element and its value before the first step. */
  readonly initial: Readonly<Record<string, string>>;
  readonly steps: readonly TraceStep[];
  readonly violation: Violation;
}

export interface TraceSpec {
  readonly name: string;
  /** The file's name, without folders. */
  readonly file: string;
  /** The file's whole text. */
  readonly content: string;
}

/** How the model differs from that of the kernel alone: its features, and its procedures. */
export interface FeatureChanges {
  readonly with: readonly string[];
  readonly without: readonly string[];
  /** Edits, one line each, as `--edit` takes them; left out if there are none. */
  readonly edits?: readonly string[];
}

export interface TraceStep {
  /** Counted from 1. */
  readonly n: number;
  readonly actor: string;
  readonly procedure: string;
  readonly label: string;
  readonly note: string;
  readonly source: { readonly file: string; readonly function: string };
  /** The procedures that the actor is in, the outermost first. */
  readonly stack: readonly string[];
  /** The operation of the scenario that it is a part of, such as `store buf[0]`; empty where it is of none. */
  readonly operation: string;
  /** The choice number, and the names of the alternatives that it means. */
  readonly choice: { readonly number: number; readonly alternatives: readonly string[] };
  readonly events: readonly TraceEvent[];
  readonly changes: readonly Change[];
  /** Of a step that changes nothing shared: what it saw but for which it would have gone otherwise. */
  readonly sees: readonly Seen[];
  /** False: the violation comes about just the same if the actor goes on without doing what the step does. */
  readonly matters: boolean;
  /** Digest of the whole state after the step. */
  readonly state: string;
}

export interface TraceEvent {
  readonly event: string;
  readonly arguments: Readonly<Record<string, string>>;
}

/** `pc` says at which step an actor rests; a `register` is an actor's own and has a value only where it matters. */
export type ChangeKind = "shared" | "ghost" | "register" | "pc";

export interface Change {
  readonly variable: string;
  readonly kind: ChangeKind;
  /** null: a register without a meaning there. */
  readonly old: string | null;
  readonly new: string | null;
  /** Of a ghost: what its new value says, as a sentence without a full stop. */
  readonly meaning?: string;
}

/** A variable's element, shared or a ghost, and its value. */
export interface Seen {
  readonly variable: string;
  readonly value: string;
  /** Of a ghost: what the value says. */
  readonly meaning?: string;
}

/** How a trace ends. */
export interface Violation {
  /** `none`: of a path explored by hand, where no property is violated at its end. */
  readonly kind: "state" | "step" | "assertion" | "deadlock" | "livelock" | "range" | "none";
  readonly message: string;
  /** What the last step found without which the property, or the part of it that is named, would not be violated. */
  readonly because?: readonly Seen[];
  /** The smallest part of the property's text that is to blame, where it has a text. */
  readonly explanation?: {
    readonly text: string;
    readonly is: boolean;
    readonly bindings: readonly { readonly name: string; readonly label: string }[];
    readonly values: readonly { readonly text: string; readonly value: string }[];
  };
  /** Of a deadlock: who waits where; of a livelock: who has not finished, and where it stands. */
  readonly blocked?: readonly Blocked[];
}

export interface Blocked {
  readonly actor: string;
  readonly procedure: string;
  readonly label: string;
  readonly note: string;
  readonly source: { readonly file: string; readonly function: string };
  /** Of a deadlock: with any one of these otherwise the actor could go on. */
  readonly waits?: readonly Seen[];
}

/** The name under which a value that left its range is reported, as if it broke a property. */
export const rangeProperty = {
  name: "range",
  sentence: "Every variable of the model keeps to its declared range.",
} as const;

/** Stands for the property in a trace at whose end none is violated. */
export const noProperty = {
  name: "none",
  sentence: "A path explored by hand; no property is violated at its end.",
} as const;
