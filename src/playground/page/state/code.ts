/** What the panel of the kernel's code shows. */
import type { KernelVersion } from "../../../model/versions/rows.ts";
import type { Answer, LineName, OfferedEdit, ProcedureView, Question, Source } from "../../protocol.ts";

/** What procedures are asked for: while it is the same, so is the answer. */
export interface CodeSubject {
  readonly source: Source;
  readonly choices: Omit<Question, keyof Source>;
  readonly kernel: KernelVersion;
}

export interface Code {
  /** The kernel that was chosen here; it counts as long as the question has it. */
  readonly kernel: KernelVersion | undefined;
  /** The last answer, until there is another. */
  readonly shown: (CodeSubject & { readonly answer: Answer<readonly ProcedureView[]> }) | undefined;
  /** The name of the procedure that was chosen. */
  readonly procedure: string | undefined;
  readonly menu: LineMenu | undefined;
}

export interface LineMenu {
  readonly line: LineName;
  /** Whether it is a line that was dropped. */
  readonly dropped: boolean;
  /** Undefined while they are tried. */
  readonly offers: Answer<readonly OfferedEdit[]> | undefined;
  /** Whether the reader points to the place to which the step moves. */
  readonly moving: boolean;
}

export const noCode: Code = { kernel: undefined, shown: undefined, procedure: undefined, menu: undefined };

export function isSameLine(one: LineName, other: LineName): boolean {
  return one.procedure === other.procedure && one.kind === other.kind && one.label === other.label;
}
