import type { EventType, Program } from "../../ir/program.ts";
import type { Property } from "../../ir/property.ts";
import type { LoopLines } from "./loops.ts";
import type { Cell, Names } from "./names.ts";
import type { Scratch } from "./scratch.ts";
import type { EventVariables } from "./statements.ts";

/** The data that all parts of the text share. */
export interface PromelaContext {
  readonly program: Program;
  readonly names: Names;
  readonly scratch: Scratch;
  readonly properties: readonly Property[];
  /** The flag of each property, in the same order. */
  readonly flags: readonly string[];
  /** The events that some check refers to. */
  readonly events: ReadonlyMap<EventType["name"], EventVariables>;
  readonly loops: LoopLines;
  readonly typeOf: (cell: Cell) => CellType;
}

export type CellType = "bit" | "byte" | "short" | "int";

/** The smallest type that holds all values. */
export function typeFor(min: number, max: number): CellType {
  if (min >= 0 && max <= 1) return "bit";
  if (min >= 0 && max <= 255) return "byte";
  return min >= -(2 ** 15) && max < 2 ** 15 ? "short" : "int";
}
