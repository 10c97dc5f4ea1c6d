import type { Expr } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";

type Words = readonly (string | Expr)[];

/** Part of a step that asks a question: keeps the answer in a register and says it, in words for yes or words for no. */
export function sayWhether(k: Recorder, register: Expr, answer: Expr, [yes, no]: readonly [Words, Words]): void {
  k.set(register, answer);
  k.if(
    register,
    () => k.outcome(...yes),
    () => k.outcome(...no),
  );
}
