/** Puts roots into their table, and enlarges it. */
import { control } from "../../../../memory/memory-map.ts";
import type { MemoryPlan } from "../../../../memory/memory-plan.ts";
import { pairBytes } from "../../../../memory/tree-plan.ts";
import {
  add,
  and,
  block,
  br,
  type Effect,
  eqz,
  extendU,
  forEach,
  i32,
  i64,
  increase,
  type Local,
  load32,
  loop,
  or,
  set,
  shl,
  shrU,
  store32,
  sub,
  type Value,
  when,
  wrap,
} from "../../encoder/instructions.ts";
import { callEffect, type FunctionRef, type FunctionScope, type ModuleBuilder } from "../../encoder/module-builder.ts";
import type { BlockVariables } from "../block-variables.ts";
import { firstEmptyFunction } from "../first-empty.ts";
import { nextSlot } from "../table-entry.ts";
import { callMeeting } from "./part-table.ts";
import {
  cellAtHome,
  displacementMask,
  hasOverflowed,
  homeBits,
  homeOf,
  keyOfCell,
  remainderShift,
} from "./root-cell.ts";

type I32 = Value<"i32">;
type I64 = Value<"i64">;

export function keyBitsOf({ store: { partBits } }: MemoryPlan<"tree">): number {
  return 2 * partBits;
}

/** The key of a pair of parts. */
export function keyOf({ store: { partBits } }: MemoryPlan<"tree">, left: I32, right: I32): I64 {
  return or(extendU(left), shl(extendU(right), i64(BigInt(partBits))));
}

/** A search for a root through the slots from its home on. */
export interface RootProbe {
  readonly slot: Local<"i32">;
  /** What the cell of this root would be at the slot. */
  readonly cell: Local<"i32">;
  /** Comes before the first `begin`. */
  readonly prepare: readonly Effect[];
  readonly begin: (spreadKey: I64) => readonly Effect[];
  /** Goes to the next slot. Runs `full`, which must jump, if the displacement does not fit into a cell there. */
  readonly goOn: (full: readonly Effect[]) => readonly Effect[];
}

/** Made once in each function. `mask` must not change after `prepare`. */
export function rootProbe(plan: MemoryPlan<"tree">, mask: I32, scope: FunctionScope): RootProbe {
  const [slot, cell] = [scope.local("i32"), scope.local("i32")];
  const [homes, shift, displacements] = [scope.local("i32"), scope.local("i32"), scope.local("i32")];
  return {
    slot,
    cell,
    prepare: [
      set(homes, homeBits(mask)),
      set(shift, remainderShift(mask, keyBitsOf(plan))),
      set(displacements, displacementMask(shift)),
    ],
    begin: (spreadKey) => [
      set(slot, homeOf(plan.tableAt, spreadKey, mask)),
      set(cell, cellAtHome(spreadKey, homes, shift)),
    ],
    goOn: (full) => [
      set(slot, nextSlot(plan, slot, mask)),
      increase(cell, i32(1)),
      when(hasOverflowed(cell, displacements), full),
    ],
  };
}

/**
 * A root has no place, so a state is lost. The search must end, and is not complete. src/memory/tree-plan.ts says how
 * improbable this is.
 */
export const endAsFull: readonly Effect[] = [store32(i32(0), i32(1), control.rootsFull), callMeeting()];

/** The functions that enlarge the table in place (src/checker/stores/growth-in-place.ts says how). */
export function rehashRoots(builder: ModuleBuilder, plan: MemoryPlan<"tree">, own: BlockVariables): void {
  const addressOf = (number: I32): I32 => add(i32(plan.tableAt), shl(number, i32(2)));
  const place = placeFunction(builder, plan, own);
  firstEmptyFunction(builder, (slot) => eqz(load32(addressOf(slot))));
  builder.func(
    ["i32", "i32", "i32"],
    undefined,
    ([from, to, oldMask], scope) => {
      const cell = scope.local("i32");
      return [
        forEach(from, to, 1, [
          set(cell, load32(addressOf(from))),
          when(cell, [
            store32(addressOf(from), i32(0)),
            callEffect(place, keyOfCell(cell, from, oldMask, keyBitsOf(plan))),
          ]),
        ]),
      ];
    },
    "rehash",
  );
}

/** `(spreadKey)`: puts a root that is not in the table into the first empty slot. No other thread writes there. */
function placeFunction(builder: ModuleBuilder, plan: MemoryPlan<"tree">, own: BlockVariables): FunctionRef {
  return builder.func(["i64"], undefined, ([spreadKey], scope) => {
    const probe = rootProbe(plan, own.mask, scope);
    return [
      ...probe.prepare,
      ...probe.begin(spreadKey),
      block((placed) => [
        loop((again) => [when(load32(probe.slot), [...probe.goOn([...endAsFull, br(placed)]), br(again)])]),
        store32(probe.slot, probe.cell),
      ]),
    ];
  });
}

/** The number of a slot. */
export function slotNumber(plan: MemoryPlan<"tree">, slot: I32): I32 {
  return shrU(sub(slot, i32(plan.tableAt)), i32(2));
}

/** The address of the numbers of a state's parts. */
export function pairAddress({ store: { pairsAt } }: MemoryPlan<"tree">, index: I32): I32 {
  return add(i32(pairsAt), shl(index, i32(Math.log2(pairBytes))));
}

/** Notes the numbers of a state's parts. */
export function storePair(plan: MemoryPlan<"tree">, index: I32, key: Value<"i64">): readonly Effect[] {
  const { partBits } = plan.store;
  const left = and(wrap(key), i32(2 ** partBits - 1));
  const right = wrap(shrU(key, i64(BigInt(partBits))));
  return [store32(pairAddress(plan, index), left), store32(pairAddress(plan, index), right, 4)];
}
