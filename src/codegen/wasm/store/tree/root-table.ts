/**
 * A table of roots in one memory: that of the search, or a bank's (root-banks.ts). The module of either makes these
 * functions.
 */
import {
  add,
  atomicCompareExchange32,
  atomicLoad32,
  block,
  br,
  brIf,
  type Effect,
  eq,
  eqz,
  forEach,
  i32,
  increase,
  type Local,
  load32,
  loop,
  or,
  ret,
  set,
  shl,
  shrU,
  store32,
  sub,
  tee,
  unreachable,
  type Value,
  when,
} from "../../encoder/instructions.ts";
import { call, type FunctionRef, type FunctionScope, type ModuleBuilder } from "../../encoder/module-builder.ts";
import { firstEmptyFunction } from "../first-empty.ts";
import { nextSlot } from "../table-entry.ts";
import {
  cellAtHome,
  displacementMask,
  hasOverflowed,
  homeBits,
  homeOf,
  keyOfCell,
  remainderShift,
} from "./root-cell.ts";
import { endAsFull } from "./root-key.ts";
import type { Roots } from "./roots.ts";

type I32 = Value<"i32">;
type I64 = Value<"i64">;

/** Where a table is, and the bits of its keys. */
export interface RootCells {
  readonly tableAt: number;
  readonly keyBits: number;
  /** The table's size minus one. */
  readonly mask: I32;
}

/** What `claim` did. */
export const claimed = { known: 0, new: 1, full: 2 } as const;

export function ownRoots(builder: ModuleBuilder, cells: RootCells): Roots {
  return {
    ...rootFunctions(builder, cells),
    touch: (key) => load32(homeOf(cells.tableAt, key, cells.mask)),
    inserting(scope) {
      const entry = scope.local("i32");
      const probe = rootProbe(cells, scope);
      return {
        prepare: probe.prepare,
        insert: (key, { done, judge, isNew }) => [
          ...probe.begin(key),
          loop((again) => [
            set(entry, atomicLoad32(probe.slot)),
            brIf(done, eq(entry, probe.cell)),
            when(eqz(entry), [
              // The first empty cell: the root is new, or another worker is just inserting it.
              judge,
              set(entry, atomicCompareExchange32(probe.slot, i32(0), probe.cell)),
              when(eqz(entry), [...isNew, br(done)]),
              brIf(done, eq(entry, probe.cell)),
            ]),
            ...probe.goOn([...endAsFull, br(done)]),
            br(again),
          ]),
        ],
      };
    },
  };
}

export function rootFunctions(builder: ModuleBuilder, cells: RootCells): Pick<Roots, "find" | "claim"> {
  const { tableAt } = cells;
  const find = builder.func(
    ["i64"],
    "i32",
    ([key], scope) => {
      const entry = scope.local("i32");
      const probe = rootProbe(cells, scope);
      return [
        ...probe.prepare,
        ...probe.begin(key),
        block((found) => [
          loop((again) => [
            when(eqz(tee(entry, load32(probe.slot))), [ret(i32(0))]),
            brIf(found, eq(entry, probe.cell)),
            ...probe.goOn([ret(i32(0))]),
            br(again),
          ]),
        ]),
        add(shrU(sub(probe.slot, i32(tableAt)), i32(2)), i32(1)),
      ];
    },
    "find",
  );
  const claim = builder.func(
    ["i64"],
    "i32",
    ([key], scope) => {
      const entry = scope.local("i32");
      const probe = rootProbe(cells, scope);
      return [
        ...probe.prepare,
        ...probe.begin(key),
        loop((again) => [
          set(entry, atomicLoad32(probe.slot)),
          when(eqz(entry), [
            set(entry, atomicCompareExchange32(probe.slot, i32(0), probe.cell)),
            when(eqz(entry), [ret(i32(claimed.new))]),
          ]),
          when(eq(entry, probe.cell), [ret(i32(claimed.known))]),
          ...probe.goOn([ret(i32(claimed.full))]),
          br(again),
        ]),
        unreachable,
      ];
    },
    "claim",
  );
  growthFunctions(builder, cells);
  return { find, claim };
}

/** A search for a root through the slots from its home on. */
interface RootProbe {
  readonly slot: Local<"i32">;
  /** What the cell of this root would be at the slot. */
  readonly cell: Local<"i32">;
  readonly prepare: readonly Effect[];
  readonly begin: (spreadKey: I64) => readonly Effect[];
  /** Goes to the next slot. Runs `full`, which must jump, if the displacement does not fit into a cell there. */
  readonly goOn: (full: readonly Effect[]) => readonly Effect[];
}

/** Made once in each function. `mask` must not change after `prepare`. */
function rootProbe(cells: RootCells, scope: FunctionScope): RootProbe {
  const { tableAt, keyBits, mask } = cells;
  const [slot, cell] = [scope.local("i32"), scope.local("i32")];
  const [size, homes] = [scope.local("i32"), scope.local("i32")];
  const [shift, displacements] = [scope.local("i32"), scope.local("i32")];
  return {
    slot,
    cell,
    prepare: [
      set(size, mask),
      set(homes, homeBits(size)),
      set(shift, remainderShift(size, keyBits)),
      set(displacements, displacementMask(shift)),
    ],
    begin: (spreadKey) => [set(slot, homeOf(tableAt, spreadKey, size)), set(cell, cellAtHome(spreadKey, homes, shift))],
    goOn: (full) => [
      set(slot, nextSlot(cells, slot, size)),
      increase(cell, i32(1)),
      when(hasOverflowed(cell, displacements), full),
    ],
  };
}

/** The functions that enlarge the table in place (src/checker/stores/growth-in-place.ts says how). */
function growthFunctions(builder: ModuleBuilder, cells: RootCells): void {
  const addressOf = (number: I32): I32 => add(i32(cells.tableAt), shl(number, i32(2)));
  const place = placeFunction(builder, cells);
  firstEmptyFunction(builder, (slot) => eqz(load32(addressOf(slot))));
  builder.func(
    ["i32", "i32", "i32"],
    "i32",
    ([from, to, oldMask], scope) => {
      const [cell, lost] = [scope.local("i32"), scope.local("i32")];
      return [
        forEach(from, to, 1, [
          set(cell, load32(addressOf(from))),
          when(cell, [
            store32(addressOf(from), i32(0)),
            set(lost, or(lost, call(place, "i32", keyOfCell(cell, from, oldMask, cells.keyBits)))),
          ]),
        ]),
        lost,
      ];
    },
    "rehash",
  );
}

/** `(spreadKey)`: puts a root that is not in the table into the first empty slot. Returns 1 if there is no place for it. */
function placeFunction(builder: ModuleBuilder, cells: RootCells): FunctionRef {
  return builder.func(["i64"], "i32", ([key], scope) => {
    const probe = rootProbe(cells, scope);
    return [
      ...probe.prepare,
      ...probe.begin(key),
      // No other thread writes there.
      loop((again) => [when(load32(probe.slot), [...probe.goOn([ret(i32(1))]), br(again)])]),
      store32(probe.slot, probe.cell),
      i32(0),
    ];
  });
}
