/**
 * The parts of one side, each stored once, in an array. A part's place in it is its number. Beside the array is a table
 * of 32-bit entries with tags, as in the exact store, and threads insert in the same way (exact/exact-insertion.ts): a
 * worker writes the part to the next number of its own block, and then claims the entry. So a worker that reads an entry
 * finds the part complete.
 */
import { control } from "../../../../memory/memory-map.ts";
import type { MemoryPlan } from "../../../../memory/memory-plan.ts";
import { type PartsPlan, partBlock } from "../../../../memory/tree-plan.ts";
import {
  add,
  and,
  atomicAdd32,
  br,
  eq,
  eqz,
  forEach,
  geU,
  gtU,
  i32,
  load32,
  loop,
  mul,
  ret,
  set,
  shl,
  store32,
  sub,
  unreachable,
  type Value,
  when,
} from "../../encoder/instructions.ts";
import {
  callEffect,
  type FunctionRef,
  type FunctionScope,
  type ModuleBuilder,
  setGlobal,
} from "../../encoder/module-builder.ts";
import { claimSlot, readSlot } from "../claim-slot.ts";
import { hashPairs, tableHash } from "../hash.ts";
import { entryOf, indexOfEntry, nextSlot, slotOf, tagsDiffer } from "../table-entry.ts";
import { type StatePart, statePart } from "./state-part.ts";

type I32 = Value<"i32">;

export interface Side extends PartsPlan {
  readonly part: StatePart;
  /** The control words of this side. */
  readonly control: { readonly parts: number; readonly log2: number; readonly above: number };
  /** How many bits a key has for the number of a part, now. */
  readonly keyBits: I32;
  /** The place of this side in a pair of words. */
  readonly offset: number;
  /** The name of the function that enlarges its table. */
  readonly grow: "growLeft" | "growRight";
}

export function sidesOf({ store: { left, right } }: MemoryPlan<"tree">): readonly [left: Side, right: Side] {
  const leftControl = { parts: control.leftParts, log2: control.leftLog2, above: control.leftAbove };
  const rightControl = { parts: control.rightParts, log2: control.rightLog2, above: control.rightAbove };
  const leftBits = load32(i32(0), control.rootLeftBits);
  const rightBits = sub(load32(i32(0), control.rootKeyBits), leftBits);
  return [
    { ...left, part: statePart(left), control: leftControl, keyBits: leftBits, offset: 0, grow: "growLeft" },
    { ...right, part: statePart(right), control: rightControl, keyBits: rightBits, offset: 4, grow: "growRight" },
  ];
}

export interface PartTable {
  readonly side: Side;
  /** `(hash, state) -> number`: finds the part of the state at an address, or stores it. */
  readonly numberOf: FunctionRef;
}

/** Makes the functions of one side. `growLeft(oldMask)` enlarges its table to the size that the control word has. */
export function partTable(builder: ModuleBuilder, plan: MemoryPlan<"tree">, side: Side): PartTable {
  const [next, end] = [builder.variable(), builder.variable()];
  const takeBlock = builder.func([], undefined, (_, scope) => {
    const first = scope.local("i32");
    return [
      set(first, atomicAdd32(i32(0), i32(partBlock), side.control.parts)),
      // The threads meet before. This check is only the last defence: two roots with the same key would be taken for one.
      when(gtU(add(first, i32(partBlock)), shl(i32(1), side.keyBits)), [unreachable]),
      setGlobal(next, first),
      setGlobal(end, add(first, i32(partBlock))),
      when(geU(first, load32(i32(0), side.control.above)), [callMeeting()]),
    ];
  });
  const numberOf = builder.func(["i32", "i32"], "i32", ([hash, state], scope) => {
    const [slot, entry, mask] = [scope.local("i32"), scope.local("i32"), scope.local("i32")];
    return [
      set(mask, partMask(side)),
      set(slot, slotOf(side, hash, mask)),
      loop((again) => [
        set(entry, readSlot(plan, slot)),
        when(eqz(entry), [
          when(eq(next, end), [callEffect(takeBlock)]),
          ...side.part.copy(state, partAddress(side, next)),
          claimSlot(plan, slot, entryOf(hash, next, mask), entry),
          when(eqz(entry), [setGlobal(next, add(next, i32(1))), ret(sub(next, i32(1)))]),
        ]),
        when(eqz(tagsDiffer(entry, hash, mask)), [
          when(side.part.isEqual(state, partAddress(side, indexOfEntry(entry, mask))), [
            ret(indexOfEntry(entry, mask)),
          ]),
        ]),
        set(slot, nextSlot(side, slot, mask)),
        br(again),
      ]),
      unreachable,
    ];
  });
  growFunction(builder, side);
  return { side, numberOf };
}

/** Sets a threshold that every worker has passed, so that all meet when they have ended their batches. */
export function callMeeting() {
  return store32(i32(0), i32(0), control.pauseAbove);
}

/** The size of a side's table minus one. */
export function partMask(side: Side): I32 {
  return sub(shl(i32(1), load32(i32(0), side.control.log2)), i32(1));
}

export function partAddress({ partsAt, words }: Side, number: I32): I32 {
  return add(i32(partsAt), mul(number, i32(words * 4)));
}

/** The hash of a part, by which a table finds it. */
export function partHash(scope: FunctionScope) {
  const hash = scope.local("i64");
  return { into: (pairs: readonly Value<"i64">[]) => hashPairs(hash, pairs), value: tableHash(hash) };
}

/**
 * One thread does this alone, for parts are few. As in src/checker/stores/growth-in-place.ts, the entries of each run are
 * moved from the first to the last, and those at the start of the table come last.
 */
function growFunction(builder: ModuleBuilder, side: Side): void {
  builder.func(
    ["i32"],
    undefined,
    ([oldMask], scope) => {
      const [start, position, end] = [scope.local("i32"), scope.local("i32"), scope.local("i32")];
      const [slot, entry, index] = [scope.local("i32"), scope.local("i32"), scope.local("i32")];
      const [part, mask] = [scope.local("i32"), scope.local("i32")];
      const hash = partHash(scope);
      return [
        set(mask, partMask(side)),
        loop((again) => [
          when(load32(add(i32(side.tableAt), shl(start, i32(2)))), [set(start, add(start, i32(1))), br(again)]),
        ]),
        set(end, add(start, add(oldMask, i32(1)))),
        set(position, start),
        forEach(position, end, 1, [
          set(slot, add(i32(side.tableAt), shl(and(position, oldMask), i32(2)))),
          set(entry, load32(slot)),
          when(entry, [
            store32(slot, i32(0)),
            set(index, indexOfEntry(entry, oldMask)),
            set(part, partAddress(side, index)),
            ...hash.into(side.part.ofPart(part)),
            set(slot, slotOf(side, hash.value, mask)),
            loop((again) => [when(load32(slot), [set(slot, nextSlot(side, slot, mask)), br(again)])]),
            store32(slot, entryOf(hash.value, index, mask)),
          ]),
        ]),
      ];
    },
    side.grow,
  );
}
