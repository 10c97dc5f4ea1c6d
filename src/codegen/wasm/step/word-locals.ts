/** The words of a packed state that a function touches, in locals. */
import { type Effect, type Local, load32, load64, set, store32, store64, type Value } from "../encoder/instructions.ts";
import type { FunctionScope } from "../encoder/module-builder.ts";
import type { WordLocals } from "./packed-words.ts";

export interface TouchedWords {
  readonly words: WordLocals;
  has(index: number): boolean;
  /** Loads the touched words. It comes before the function's body, but is complete only when the body is made. */
  load(): readonly Effect[];
  store(to: Value<"i32">): readonly Effect[];
}

export function touchedWords(scope: FunctionScope, source: Value<"i32">): TouchedWords {
  const locals = new Map<number, Local<"i32">>();
  return {
    words: {
      word(index) {
        let local = locals.get(index);
        if (local === undefined) {
          local = scope.local("i32");
          locals.set(index, local);
        }
        return local;
      },
    },
    has: (index) => locals.has(index),
    load: () => [...locals].map(([index, local]) => set(local, load32(source, index * 4))),
    store: (to) => [...locals].map(([index, local]) => store32(to, local, index * 4)),
  };
}

/** Copies the words that were not touched, two at a time if two are side by side. */
export function copyUntouched(
  count: number,
  touched: TouchedWords,
  from: Value<"i32">,
  to: Value<"i32">,
): readonly Effect[] {
  const effects: Effect[] = [];
  for (let index = 0; index < count; index++) {
    if (touched.has(index)) continue;
    if (index + 1 < count && !touched.has(index + 1)) {
      effects.push(store64(to, load64(from, index * 4), index * 4));
      index++;
    } else effects.push(store32(to, load32(from, index * 4), index * 4));
  }
  return effects;
}
