/** Assignments that a reader of the kernel knows by another name than that of the variable. */
import { type Expr, isConstant } from "../ir/expression.ts";
import { directionOf } from "./expressions.ts";

export interface NamedAssignment {
  readonly name: string;
  readonly is: (variable: string, value: Expr) => boolean;
}

/** A new page, too, gets its first reference and its first mapping. */
export const isMore = (value: Expr): boolean => ["up", "set"].includes(directionOf(value) ?? "");
export const isLess = (value: Expr): boolean => directionOf(value) === "down";

/** Two for a variable that counts. */
function counting(variable: string, more: string, less: string): readonly NamedAssignment[] {
  return [
    { name: more, is: (name, value) => name === variable && isMore(value) },
    { name: less, is: (name, value) => name === variable && isLess(value) },
  ];
}

/** An actor may have the reference in hand. */
export const references = counting("refcount", "taking a reference", "dropping a reference");

export const namedAssignments: readonly NamedAssignment[] = [
  ...counting("mm_users", "taking a use of the address space", "dropping a use of the address space"),
  ...counting("swap_count", "counting an entry for its slot", "taking an entry off its slot"),
  ...counting("mapcount", "adding a mapping", "taking off a mapping"),
  {
    name: "flushing the CPUs' TLBs",
    is: (name, value) =>
      name === "cpu_tlb" && value.op === "select" && isConstant(value.then, 0) && value.otherwise.op === "load",
  },
  { name: "clearing the device's page table", is: (name, value) => name === "device_pte" && isConstant(value, 0) },
  { name: "flushing the device's TLB", is: (name, value) => name === "device_tlb" && isConstant(value, 0) },
];
