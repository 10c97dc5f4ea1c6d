import type { Source } from "../../protocol.ts";
import type { State } from "./state.ts";

/** Undefined if the file is none of the shipped scenarios. */
export function shippedText(file: string, { library }: Pick<State, "library">): string | undefined {
  return library.find((one) => one.file === file)?.text;
}

/** Whether the source has the name of a shipped scenario, and another text. */
export function differsFromShipped({ file, text }: Source, state: Pick<State, "library">): boolean {
  const shipped = shippedText(file, state);
  return shipped !== undefined && shipped !== text;
}
