/**
 * Roots in banks, if there is more memory than one memory can have. Each bank has a table of its own, and all are equally
 * large. The low bits of a spread key choose the bank, and the others are the key in its table. So all tables fill alike
 * and grow at the same time.
 */
import type { MemoryPlan } from "../../../../memory/memory-plan.ts";
import {
  add,
  and,
  brIf,
  choose,
  eq,
  i32,
  i64,
  type Local,
  or,
  set,
  shl,
  shrU,
  sub,
  tee,
  type Value,
  when,
  wrap,
} from "../../encoder/instructions.ts";
import {
  call,
  type FunctionRef,
  type FunctionScope,
  type ModuleBuilder,
  moduleBuilder,
} from "../../encoder/module-builder.ts";
import { bankName } from "../bank-name.ts";
import { fixedWidth } from "./root-cell.ts";
import { cellsFor, wideCells } from "./root-cells.ts";
import { endAsFull, fixedShape, keyBitsOf } from "./root-key.ts";
import { claimed, ownRoots } from "./root-table.ts";
import type { Roots } from "./roots.ts";

function bankBitsOf({ bankPages }: MemoryPlan<"tree">): number {
  return Math.log2(bankPages.length);
}

/** The functions of a bank. All take the key in its table. */
interface Bank extends Pick<Roots, "find" | "claim"> {
  readonly touch: FunctionRef;
}

/** Call this before making any function of the module. */
export function importedBanks(builder: ModuleBuilder, plan: MemoryPlan<"tree">): readonly Bank[] {
  const imported = (bank: number, name: keyof Bank): FunctionRef =>
    builder.imported(bankName(bank), name, { params: ["i64"], result: "i32" });
  return plan.bankPages.map((_, bank) => ({
    touch: imported(bank, "touch"),
    find: imported(bank, "find"),
    claim: imported(bank, "claim"),
  }));
}

export function rootsInBanks(builder: ModuleBuilder, plan: MemoryPlan<"tree">, banks: readonly Bank[]): Roots {
  const bankBits = bankBitsOf(plan);
  const dispatch = (
    name: keyof Bank,
    finish: (found: Value<"i32">, bank: Local<"i32">, scope: FunctionScope) => Value<"i32"> = (found) => found,
  ): FunctionRef =>
    builder.func(["i64"], "i32", ([key], scope) => {
      const bank = scope.local("i32");
      const found = banks
        .map((one): Value<"i32"> => call(one[name], "i32", shrU(key, i64(BigInt(bankBits)))))
        .reduceRight((others, one, number) => choose(eq(bank, i32(number)), one, others));
      return [set(bank, and(wrap(key), i32(banks.length - 1))), finish(found, bank, scope)];
    });
  const touch = dispatch("touch");
  // Slots are numbered as if the tables were one, in which neighbours are in different banks.
  const find = dispatch("find", (found, bank, scope) => {
    const slot = scope.local("i32");
    return choose(tee(slot, found), add(or(shl(sub(slot, i32(1)), i32(bankBits)), bank), i32(1)), i32(0));
  });
  const claim = dispatch("claim");
  return {
    shape: fixedShape(plan),
    touch: (key) => call(touch, "i32", key),
    find,
    claim,
    inserting(scope) {
      const outcome = scope.local("i32");
      return {
        insert: (key, { done, judge, isNew }) => [
          brIf(done, call(find, "i32", key)),
          judge,
          set(outcome, call(claim, "i32", key)),
          when(eq(outcome, i32(claimed.full)), endAsFull),
          when(eq(outcome, i32(claimed.new)), isNew),
        ],
      };
    },
  };
}

/** The module of a bank; undefined if there are none. `setRootsSize(entries)` tells it the size of its table. */
export function rootBankModule(plan: MemoryPlan<"tree">): Uint8Array<ArrayBuffer> | undefined {
  const [pages] = plan.bankPages;
  if (pages === undefined) return undefined;
  const builder = moduleBuilder();
  const roots = ownRoots(builder, {
    tableAt: 0,
    width: fixedWidth(keyBitsOf(plan) - bankBitsOf(plan)),
    cells: cellsFor(plan, wideCells),
    update: [],
  });
  builder.func(["i64"], "i32", ([key]) => [roots.touch(key)], "touch");
  return builder.finish(pages);
}
