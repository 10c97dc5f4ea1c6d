/** The effect of keys everywhere on the page, except where a key has its own meaning. */

import { type KeyAction, keyBindings } from "./data/keys.ts";

const actions = new Map(keyBindings.flatMap(({ keys, action }) => keys.map((key) => [key, action] as const)));

const sliding: Readonly<Record<string, KeyAction>> = { ArrowUp: "next", ArrowDown: "previous" };

/** Up and down scroll what has the focus, if it can scroll and is not the list of steps. */
const scrolling = ".state, .wide, pre, summary";
const vertical = new Set(["ArrowUp", "ArrowDown", "Home", "End"]);

export function keyActionOf(event: KeyboardEvent): KeyAction | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const target = event.target instanceof Element ? event.target : undefined;
  // Lists of choices and text fields have keys of their own; the slider goes over the steps that are shown, and upwards.
  if (target?.matches("select, input:not([type=checkbox], [type=range])") === true) return undefined;
  const action = actions.get(event.key);
  // Most keyboards have ? above another sign.
  if (action === "keys") return action;
  if (event.shiftKey || target?.closest("dialog") != null) return undefined;
  if (target?.matches("input[type=range]") === true && Object.hasOwn(sliding, event.key)) return sliding[event.key];
  if (target?.matches(scrolling) === true && vertical.has(event.key)) return undefined;
  return action;
}
