import { block, br, brIf, geU, i32, increase, loop, type Value } from "../encoder/instructions.ts";
import type { ModuleBuilder } from "../encoder/module-builder.ts";

type I32 = Value<"i32">;

/** `firstEmpty(from, to)`: the first empty slot of a table, or `to`, if all before it are taken. */
export function firstEmptyFunction(builder: ModuleBuilder, isEmpty: (slot: I32) => I32): void {
  builder.func(
    ["i32", "i32"],
    "i32",
    ([from, to]) => [
      block((found) => [
        loop((again) => [brIf(found, geU(from, to)), brIf(found, isEmpty(from)), increase(from, i32(1)), br(again)]),
      ]),
      from,
    ],
    "firstEmpty",
  );
}
