/** The keys of the page, and what they do. */

export type KeyAction = "first" | "previous" | "next" | "last" | "previous-change" | "next-change" | "story" | "keys";

export interface KeyBinding {
  readonly action: KeyAction;
  /** As browsers name them in `KeyboardEvent.key`. */
  readonly keys: readonly string[];
  readonly meaning: string;
}

export const keyBindings: readonly KeyBinding[] = [
  { action: "previous", keys: ["ArrowLeft", "ArrowUp"], meaning: "back to the step before, of those that are shown" },
  { action: "next", keys: ["ArrowRight", "ArrowDown"], meaning: "on to the next step" },
  { action: "first", keys: ["Home"], meaning: "to the start" },
  { action: "last", keys: ["End"], meaning: "to the last step" },
  { action: "previous-change", keys: ["p"], meaning: "to the previous change of the followed variable" },
  { action: "next-change", keys: ["n"], meaning: "to its next change" },
  { action: "story", keys: ["s"], meaning: "the whole story, or only its end" },
  { action: "keys", keys: ["?"], meaning: "these keys" },
];
