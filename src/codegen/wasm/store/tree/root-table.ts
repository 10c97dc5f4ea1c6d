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
  geU,
  i32,
  increase,
  type Local,
  load32,
  loop,
  ltU,
  ret,
  set,
  shrU,
  store32,
  sub,
  tee,
  unreachable,
  type Value,
  when,
  whileTrue,
} from "../../encoder/instructions.ts";
import type { FunctionScope, ModuleBuilder } from "../../encoder/module-builder.ts";
import {
  addressOfSlot,
  type CurrentSize,
  cellAtHome,
  currentSize,
  hasOverflowed,
  homeOf,
  keptSize,
  keyOfCell,
  type RootSize,
} from "./root-cell.ts";
import { endAsFull } from "./root-key.ts";
import type { Roots } from "./roots.ts";

type I64 = Value<"i64">;

/** Where a table is, and the bits of its keys. */
export interface RootCells {
  readonly tableAt: number;
  readonly keyBits: number;
}

interface SizedCells extends RootCells {
  readonly size: CurrentSize;
}

/** What `claim` did. */
export const claimed = { known: 0, new: 1, full: 2 } as const;

export function ownRoots(builder: ModuleBuilder, cells: RootCells): Roots {
  const sized = { ...cells, size: currentSize(builder, cells.keyBits) };
  return {
    ...rootFunctions(builder, sized),
    touch: (key) => load32(homeOf(cells.tableAt, key, sized.size)),
    inserting(scope) {
      const entry = scope.local("i32");
      const probe = rootProbe(sized, scope);
      return {
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

/** Made once in each module. */
function rootFunctions(builder: ModuleBuilder, cells: SizedCells): Pick<Roots, "find" | "claim"> {
  const { tableAt } = cells;
  const find = builder.func(
    ["i64"],
    "i32",
    ([key], scope) => {
      const entry = scope.local("i32");
      const probe = rootProbe(cells, scope);
      return [
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
  growFunction(builder, cells);
  builder.func(["i32"], undefined, ([entries]) => [...cells.size.become(entries)], "setRootsSize");
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
function rootProbe({ tableAt, size }: SizedCells, scope: FunctionScope): RootProbe {
  const [slot, cell, key] = [scope.local("i32"), scope.local("i32"), scope.local("i64")];
  return {
    slot,
    cell,
    begin: (spreadKey) => [
      set(key, spreadKey),
      set(slot, homeOf(tableAt, key, size)),
      set(cell, cellAtHome(key, size)),
    ],
    goOn: (full) => [increase(slot, i32(4)), increase(cell, i32(1)), when(hasOverflowed(cell, size), full)],
  };
}

/** How many slots at the start of a table may be left empty within a run (`grow`). */
const uncertainSlots = 2 ** 17;

/**
 * `grow(entries, slot)`: moves all roots to their places in a table that has so many entries, more than before. It had slots up
 * to `slot`. Returns 1 if there is no place for a root. No other thread may use the table meanwhile.
 *
 * A larger table has the homes of all keys in the same order, and each at least as far from the start. So the roots are
 * moved from the last slot to the first, each to the first empty slot from its new home on. If that home is after the
 * root's old slot, as nearly all are, only roots that have been moved are there, and nothing between home and slot becomes
 * empty again. At the start of the table a new home can be before the old slot. A displacement is less than 2^12, and a table
 * grows at least by a fifteenth. So that concerns homes below 2^16 only, which are below 2^17 afterwards. Therefore a
 * second pass, from the first slot on, puts each root there into the first empty slot from its home on. It ends after a
 * whole run.
 */
function growFunction(builder: ModuleBuilder, cells: SizedCells): void {
  builder.func(
    ["i32", "i32"],
    "i32",
    ([entries, slot], scope) => {
      const [cell, lost, end] = [scope.local("i32"), scope.local("i32"), scope.local("i32")];
      const [home, whole] = [scope.local("i32"), scope.local("i32")];
      const at = addressOfSlot(cells.tableAt, slot);
      const { keep, ...before } = keptSize(cells.size, scope);
      const probe = rootProbe(cells, scope);
      const move = (size: RootSize): readonly Effect[] => [
        store32(at, i32(0)),
        ...probe.begin(keyOfCell(cell, slot, size, home, whole)),
        block((full) => [
          loop((again) => [when(load32(probe.slot), [...probe.goOn([set(lost, i32(1)), br(full)]), br(again)])]),
          store32(probe.slot, probe.cell),
        ]),
      ];
      return [
        ...keep,
        ...cells.size.become(entries),
        set(end, slot),
        whileTrue(slot, [increase(slot, i32(-1)), when(tee(cell, load32(at)), move(before))]),
        block((done) => [
          loop((again) => [
            set(cell, load32(at)),
            when(cell, move(cells.size), [brIf(done, geU(slot, i32(uncertainSlots)))]),
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
