import type { LocationId, SlotIndex } from "./indices.ts";
import type { Outcome, Statement } from "./statement.ts";
import type { ValueType } from "./types.ts";
import type { Variable } from "./variable.ts";

/** The position of a step in the kernel (or the hardware, or the driver). */
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
 * A point at which an actor can rest between two steps. Its body is the step that the actor takes from there. The body
 * also resets registers that are dead at the next location, so the body is the whole meaning of the step.
 */
export interface Location {
  readonly id: LocationId;
  /** Position in `Program.actors`. */
  readonly actor: number;
  readonly procedure: string;
  readonly label: string;
  /** What the step does, in the kernel's words; one line. */
  readonly note: string;
  readonly source: Source;
  /** Outermost call first. The last call is the procedure itself. */
  readonly stack: readonly Frame[];
  /** The operation to which this step belongs, as people write it; empty if there is none. */
  readonly operation: string;
  /** Empty exactly for an actor's final location. */
  readonly body: readonly Statement[];
  /** The same step with what it says about how it went. */
  readonly telling: readonly Statement<LocationId, Outcome>[];
  /** Choice numbers to try: 0 to choices - 1. */
  readonly choices: number;
}

export interface Actor {
  readonly name: string;
  /** The program counter, counted from `first`: location `first + pc` is where the actor rests. */
  readonly pc: Variable;
  /** Its locations are `first` to `first + count - 1`. At `final` (an id) it has finished. */
  readonly first: LocationId;
  readonly count: number;
  readonly start: LocationId;
  readonly final: LocationId;
  /** The registers that have a slot. */
  readonly registers: readonly Variable[];
}

export interface EventParameter {
  readonly name: string;
  readonly type: ValueType;
}

export interface EventType {
  readonly name: string;
  readonly note: string;
  /** The predicate of a sentence about one such event: `uses {page}`, with the names of parameters for their values. */
  readonly says?: string;
  readonly parameters: readonly EventParameter[];
}

/** One slot of the working form of a state (an Int32Array with one entry for each slot). */
export interface Slot {
  /**
   * Shared variables: the element's name. Register slots: the actor's name and a number, because registers share slots.
   */
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly initial: number;
}

/** Where the elements of a scalarset occur in a state. */
export interface Symmetry {
  readonly name: string;
  /** The names of the elements. */
  readonly elements: readonly string[];
  readonly size: number;
  /** Slots that are permuted together with the elements: `rows[r][element]`. The actors' own slots come first. */
  readonly rows: readonly (readonly SlotIndex[])[];
  /** Values that are renamed together with the elements that they stand for. */
  readonly uses: readonly SymmetricUse[];
  /** The same for the arguments of events. */
  readonly carried: readonly CarriedUse[];
  /** By element: the number of the actor that it is; undefined if the elements are not actors. */
  readonly actors: readonly number[] | undefined;
  /** The rows by which actors are put in order. They name no other elements. */
  readonly sortBy: readonly (readonly SlotIndex[])[];
}

/** A value, or a field of a word, that may stand for an element. The word 0 stands for nothing. */
export interface ElementUse {
  /** Undefined if the whole value stands for the element. */
  readonly field: { readonly shift: number; readonly bits: number } | undefined;
  /** By element: the value that stands for it. */
  readonly values: readonly number[];
}

export interface SymmetricUse extends ElementUse {
  readonly slot: SlotIndex;
}

/** An event's argument, by position. */
export interface CarriedUse extends ElementUse {
  readonly event: string;
  readonly argument: number;
}

/** What an expression can name of a program. */
export interface ProgramNames {
  readonly actors: readonly Pick<Actor, "name" | "pc" | "first" | "final">[];
  readonly locations: readonly Pick<Location, "procedure" | "label">[];
  readonly events: readonly EventType[];
}

/** A flat program: the checker explores it, the code generators translate it, and the interpreter runs it. */
export interface Program extends ProgramNames {
  readonly actors: readonly Actor[];
  readonly locations: readonly Location[];
  /** Shared variables, then program counters, then registers. */
  readonly variables: readonly Variable[];
  readonly slots: readonly Slot[];
  /** The slot of a variable's first element. Elements follow each other. Registers of one actor may share a slot. */
  readonly slotOf: ReadonlyMap<Variable, SlotIndex>;
  /** Registers that are live at each location, by location id. */
  readonly live: readonly ReadonlySet<Variable>[];
  /** The permutations that change nothing about what can happen. */
  readonly symmetries: readonly Symmetry[];
}

/** The slot of a variable's first element. Throws if the variable is not the program's. */
export function firstSlot({ slotOf }: Pick<Program, "slotOf">, variable: Variable): SlotIndex {
  const slot = slotOf.get(variable);
  if (slot === undefined) throw new RangeError(`${variable.name} has no slot`);
  return slot;
}
