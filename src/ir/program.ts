import type { Statement } from "./statement.ts";
import type { ValueType } from "./types.ts";
import type { Variable } from "./variable.ts";

/** Where a step stands in the kernel (or the hardware, or the driver). */
export interface Source {
  readonly file: string;
  readonly function: string;
}

/** One activation on an actor's call stack. */
export interface Frame {
  readonly procedure: string;
  readonly source: Source;
}

/**
 * A place where an actor can rest between two steps; its body is the step that it takes from there. Registers that are
 * dead at the next location are reset by assignments in the body, so the body is the whole meaning of the step.
 */
export interface Location {
  /** Position in `Program.locations`. */
  readonly id: number;
  /** Position in `Program.actors`. */
  readonly actor: number;
  readonly procedure: string;
  readonly label: string;
  /** What the step does, in the kernel's words; one line. */
  readonly note: string;
  readonly source: Source;
  /** Outermost call first; the last one is the procedure itself. */
  readonly stack: readonly Frame[];
  /** What the actor was asked to do that this step is a part of, as people write it; empty where there is nothing. */
  readonly operation: string;
  /** Empty exactly for an actor's final location. */
  readonly body: readonly Statement[];
  /** Choice numbers to try: 0 to choices - 1. */
  readonly choices: number;
}

export interface Actor {
  readonly name: string;
  /** The program counter, counted from `first`: location `first + pc` is where the actor rests. */
  readonly pc: Variable;
  /** Its locations are `first` to `first + count - 1`; `final` (an id) is where it has finished. */
  readonly first: number;
  readonly count: number;
  readonly start: number;
  readonly final: number;
  /** Those that have a slot. */
  readonly registers: readonly Variable[];
}

export interface EventParameter {
  readonly name: string;
  readonly type: ValueType;
}

export interface EventType {
  readonly name: string;
  readonly note: string;
  readonly parameters: readonly EventParameter[];
}

/** One slot of the working form of a state (an Int32Array with one entry for each slot). */
export interface Slot {
  /** Shared variables: the element's name. Register slots: the actor's name and a number, since registers share them. */
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly initial: number;
}

/** How a scalarset's elements lie in a state. */
export interface Symmetry {
  readonly name: string;
  /** Their names. */
  readonly elements: readonly string[];
  readonly size: number;
  /** Slots that change places with their elements: `rows[r][element]`. The actors' own come first. */
  readonly rows: readonly (readonly number[])[];
  /** Values that change with the elements they stand for. */
  readonly uses: readonly SymmetricUse[];
  /** The same of what events carry. */
  readonly carried: readonly CarriedUse[];
  /** By element: the number of the actor that it is; undefined where the elements are no actors. */
  readonly actors: readonly number[] | undefined;
  /** By which rows actors are put in order: none that name other elements. */
  readonly sortBy: readonly (readonly number[])[];
}

/** A value, or a field of the word that it is, that may stand for an element. The word 0 stands for nothing. */
export interface ElementUse {
  /** Undefined where the whole value stands for the element. */
  readonly field: { readonly shift: number; readonly bits: number } | undefined;
  /** By element: the value that stands for it. */
  readonly values: readonly number[];
}

export interface SymmetricUse extends ElementUse {
  readonly slot: number;
}

/** An event's argument, by position. */
export interface CarriedUse extends ElementUse {
  readonly event: string;
  readonly argument: number;
}

/** A flat program: what the checker explores, the code generators translate and the interpreter runs. */
export interface Program {
  readonly actors: readonly Actor[];
  readonly locations: readonly Location[];
  /** Shared variables, then program counters, then registers. */
  readonly variables: readonly Variable[];
  readonly events: readonly EventType[];
  readonly slots: readonly Slot[];
  /** The slot of a variable's first element; elements follow each other. Registers of one actor may share a slot. */
  readonly slotOf: ReadonlyMap<Variable, number>;
  /** Registers live at each location, by location id. */
  readonly live: readonly ReadonlySet<Variable>[];
  /** What may be exchanged without changing what can happen. */
  readonly symmetries: readonly Symmetry[];
}
