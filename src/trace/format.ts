/**
 * The content of a trace file: one run from the initial state to a violation or to a state that must be reachable, or a
 * run that was explored by hand. It also holds the whole scenario, the kernel and the features, so that the run can be
 * executed again anywhere. schema/trace.schema.json describes the same for other tools.
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
  /** The violated property; `none`, or `sometimes: NAME` for a witness of that condition. */
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

/** The changes to the model of the kernel version: features that were switched, and edited procedures. */
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
  /** What such a step does in general. */
  readonly note: string;
  /** What this step did and saw, as the predicate of a sentence; left out if there are no other words than the note. */
  readonly outcome?: string;
  readonly source: { readonly file: string; readonly function: string };
  /** The procedures that the actor is in, the outermost first. */
  readonly stack: readonly string[];
  /** The operation of the scenario that the step belongs to, such as `store buf[0]`; empty if it belongs to none. */
  readonly operation: string;
  /** The choice number, and the names of the alternatives that it stands for. */
  readonly choice: { readonly number: number; readonly alternatives: readonly string[] };
  readonly events: readonly TraceEvent[];
  readonly changes: readonly Change[];
  /** If the step changed nothing shared: the values that decided which way it went. */
  readonly sees: readonly Seen[];
  /** False: replaying without the effects of this step ends in the same violation. */
  readonly matters: boolean;
  /** Digest of the whole state after the step. */
  readonly state: string;
}

export interface TraceEvent {
  readonly event: string;
  readonly arguments: Readonly<Record<string, string>>;
}

/**
 * `pc` is the step at which an actor rests; a `register` belongs to one actor and has a value only while it is live.
 */
export type ChangeKind = "shared" | "ghost" | "register" | "pc";

export interface Change {
  readonly variable: string;
  readonly kind: ChangeKind;
  /** null: a register that has no meaning at this point. */
  readonly old: string | null;
  readonly new: string | null;
  /** For a ghost: the meaning of its new value, as a sentence without a full stop. */
  readonly meaning?: string;
}

/** An element of a shared variable or a ghost, and its value. */
export interface Seen {
  readonly variable: string;
  readonly value: string;
  /** For a ghost: the meaning of the value, in words. */
  readonly meaning?: string;
}

/** How a trace ends. */
export interface Violation {
  /**
   * `none`: the run was explored by hand, and no property is violated at its end. `witness`: the state at the end
   * satisfies a `sometimes` condition.
   */
  readonly kind: "state" | "step" | "assertion" | "deadlock" | "livelock" | "loop" | "range" | "none" | "witness";
  readonly message: string;
  /**
   * Values that the last step found. With another value, the property (or the part that `explanation` names) would
   * hold.
   */
  readonly because?: readonly Seen[];
  /** The values of the variables that the part of the property that `explanation` names depends on. */
  readonly facts?: readonly Seen[];
  /** The smallest part of the property's or condition's text that decides its value, if it has a text. */
  readonly explanation?: {
    readonly text: string;
    readonly is: boolean;
    readonly bindings: readonly { readonly name: string; readonly label: string }[];
    readonly values: readonly { readonly text: string; readonly value: string }[];
  };
  /** For a livelock or a loop: the first step of the cycle. The last step leads back to the state before it. */
  readonly repeats?: number;
  /** For a deadlock: which actor waits where. For a livelock: which actors have not finished, and where they are. */
  readonly blocked?: readonly Blocked[];
}

export interface Blocked {
  readonly actor: string;
  readonly procedure: string;
  readonly label: string;
  readonly note: string;
  readonly source: { readonly file: string; readonly function: string };
  /** For a deadlock: if any one of these values were different, the actor could go on. */
  readonly waits?: readonly Seen[];
}

/** A value that left its range is reported under this name, like the violation of a property. */
export const rangeProperty = {
  name: "range",
  sentence: "Every variable of the model keeps to its declared range.",
} as const;

/** Stands for the property in a trace that ends without a violation. */
export const noProperty = {
  name: "none",
  sentence: "A path explored by hand; no property is violated at its end.",
} as const;

/** No property can have this name: a property's name contains no colon. */
export function propertyOfWitness(condition: string): string {
  return `sometimes: ${condition}`;
}

/** The condition's name. */
export function conditionOf(property: string): string {
  return property.slice(propertyOfWitness("").length);
}

/** The condition that a witness satisfies at its end; undefined for other traces. */
export function witnessedBy({ property, violation }: Pick<Trace, "property" | "violation">): string | undefined {
  return violation.kind === "witness" ? conditionOf(property) : undefined;
}

/** False for a path without a violation and for a witness. */
export function isBroken({ violation: { kind } }: Pick<Trace, "violation">): boolean {
  return kind !== "none" && kind !== "witness";
}
