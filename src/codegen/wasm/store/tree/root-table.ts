/**
 * A table of roots in one memory: that of the search, or a bank's (root-banks.ts). The module of either makes these
 * functions.
 */
import {
  add,
  block,
  br,
  brIf,
  type Effect,
  eq,
  eqz,
  forEach,
  geU,
  i32,
  increase,
  type Local,
  loop,
  ltU,
  ret,
  set,
  tee,
  unreachable,
  type Value,
  when,
  whileTrue,
} from "../../encoder/instructions.ts";
import type { FunctionScope, ModuleBuilder } from "../../encoder/module-builder.ts";
import {
  type CurrentSize,
  cellAtHome,
  currentSize,
  hasOverflowed,
  homeOf,
  type KeyWidth,
  keptSize,
  keyOfCell,
  type RootSize,
} from "./root-cell.ts";
import type { RootCells } from "./root-cells.ts";
import { endAsFull } from "./root-key.ts";
import type { Roots } from "./roots.ts";

type I64 = Value<"i64">;

/** Where a table is, how wide its keys are, and its cells. */
export interface RootTable {
  readonly tableAt: number;
  readonly width: KeyWidth;
  readonly cells: RootCells;
  /** Brings the above up to date before the size changes. */
  readonly update: readonly Effect[];
}

interface SizedTable extends RootTable {
  readonly size: CurrentSize;
}

/** What `claim` did. */
export const claimed = { known: 0, new: 1, full: 2 } as const;

export function ownRoots(
  builder: ModuleBuilder,
  table: RootTable,
): Omit<Roots, "shape"> & { readonly usedCells: UsedCells } {
  const { tableAt, cells } = table;
  const sized = { ...table, size: currentSize(builder, table.width, cells) };
  return {
    ...rootFunctions(builder, sized),
    touch: (key) => cells.load(homeOf(tableAt, key, sized.size)),
    usedCells: usedCells(sized),
    inserting(scope) {
      const entry = scope.local("i32");
      const probe = rootProbe(sized, scope);
      return {
        insert: (key, { done, judge, isNew }) => [
          ...probe.begin(key),
          loop((again) => [
            set(entry, cells.atomicLoad(probe.slot)),
            brIf(done, eq(entry, probe.cell)),
            when(eqz(entry), [
              // The first empty cell: the root is new, or another worker is just inserting it.
              judge,
              set(entry, cells.claim(probe.slot, probe.cell)),
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

/** Made once in each module. */
function rootFunctions(builder: ModuleBuilder, table: SizedTable): Pick<Roots, "find" | "claim"> {
  const { tableAt, cells, size, update } = table;
  const find = builder.func(
    ["i64"],
    "i32",
    ([key], scope) => {
      const entry = scope.local("i32");
      const probe = rootProbe(table, scope);
      return [
        ...probe.begin(key),
        block((found) => [
          loop((again) => [
            when(eqz(tee(entry, cells.load(probe.slot))), [ret(i32(0))]),
            brIf(found, eq(entry, probe.cell)),
            ...probe.goOn([ret(i32(0))]),
            br(again),
          ]),
        ]),
        add(cells.slotOf(tableAt, probe.slot), i32(1)),
      ];
    },
    "find",
  );
  const claim = builder.func(
    ["i64"],
    "i32",
    ([key], scope) => {
      const entry = scope.local("i32");
      const probe = rootProbe(table, scope);
      return [
        ...probe.begin(key),
        loop((again) => [
          set(entry, cells.atomicLoad(probe.slot)),
          when(eqz(entry), [
            set(entry, cells.claim(probe.slot, probe.cell)),
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
  growFunction(builder, table);
  builder.func(["i32"], undefined, ([entries]) => [...update, ...size.become(entries)], "setRootsSize");
  return { find, claim };
}

/** A search for a root through the slots from its home on. */
interface RootProbe {
  readonly slot: Local<"i32">;
  /** What the cell of this root would be at the slot. */
  readonly cell: Local<"i32">;
  readonly begin: (spreadKey: I64) => readonly Effect[];
  /** Goes to the next slot. Runs `full`, which must jump, if the displacement does not fit into a cell there. */
  readonly goOn: (full: readonly Effect[]) => readonly Effect[];
}

/** Made once in each function. */
function rootProbe({ tableAt, size }: SizedTable, scope: FunctionScope): RootProbe {
  const [slot, cell, key] = [scope.local("i32"), scope.local("i32"), scope.local("i64")];
  return {
    slot,
    cell,
    begin: (spreadKey) => [
      set(key, spreadKey),
      set(slot, homeOf(tableAt, key, size)),
      set(cell, cellAtHome(key, size)),
    ],
    goOn: (full) => [increase(slot, size.cells.bytes), increase(cell, i32(1)), when(hasOverflowed(cell, size), full)],
  };
}

/** How many slots at the start of a table may be left empty within a run (`grow`). */
const uncertainSlots = 2 ** 17;

/**
 * `grow(entries, slot)`: moves all roots to their places in a table that has so many entries, more than before, and the same
 * keys and cells. It had slots up to `slot`. Returns 1 if there is no place for a root. No other thread may use the table meanwhile.
 *
 * A larger table has the homes of all keys in the same order, and each at least as far from the start. So the roots are
 * moved from the last slot to the first, each to the first empty slot from its new home on. If that home is after the
 * root's old slot, as nearly all are, only roots that have been moved are there, and nothing between home and slot becomes
 * empty again. At the start of the table a new home can be before the old slot. A displacement is less than 2^12, and a table
 * grows at least by a fifteenth. So that concerns homes below 2^16 only, which are below 2^17 afterwards. Therefore a
 * second pass, from the first slot on, puts each root there into the first empty slot from its home on. It ends after a
 * whole run.
 */
function growFunction(builder: ModuleBuilder, table: SizedTable): void {
  const { tableAt, cells, size } = table;
  builder.func(
    ["i32", "i32"],
    "i32",
    ([entries, slot], scope) => {
      const [cell, lost, end] = [scope.local("i32"), scope.local("i32"), scope.local("i32")];
      const [home, whole] = [scope.local("i32"), scope.local("i32")];
      const at = cells.at(tableAt, slot);
      const { keep, ...before } = keptSize(size, scope);
      const probe = rootProbe(table, scope);
      const move = (from: RootSize): readonly Effect[] => [
        cells.store(at, i32(0)),
        ...probe.begin(keyOfCell(cell, slot, from, home, whole)),
        block((full) => [
          loop((again) => [when(cells.load(probe.slot), [...probe.goOn([set(lost, i32(1)), br(full)]), br(again)])]),
          cells.store(probe.slot, probe.cell),
        ]),
      ];
      return [
        ...keep,
        ...size.become(entries),
        set(end, slot),
        whileTrue(slot, [increase(slot, i32(-1)), when(tee(cell, cells.load(at)), move(before))]),
        block((done) => [
          loop((again) => [
            set(cell, cells.load(at)),
            when(cell, move(size), [brIf(done, geU(slot, i32(uncertainSlots)))]),
            increase(slot, i32(1)),
            brIf(again, ltU(slot, end)),
          ]),
        ]),
        lost,
      ];
    },
    "grow",
  );
}

/** Runs the body for each slot that is used, with its spread key. */
export type UsedCells = (
  scope: FunctionScope,
  slot: Local<"i32">,
  end: Local<"i32">,
  body: (key: I64) => readonly Effect[],
) => Effect;

function usedCells({ tableAt, cells, size }: SizedTable): UsedCells {
  return (scope, slot, end, body) => {
    const [cell, home, whole] = [scope.local("i32"), scope.local("i32"), scope.local("i32")];
    return forEach(slot, end, 1, [
      when(tee(cell, cells.load(cells.at(tableAt, slot))), body(keyOfCell(cell, slot, size, home, whole))),
    ]);
  };
}
