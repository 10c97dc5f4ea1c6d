/**
 * Which anon_vma a VMA and a page have, in scenarios with a fork. Without one there is nothing to tell apart, but a fault
 * under the lock of a VMA asks whether there is an anon_vma.
 */
import { constant, type Expr } from "../../ir/expression.ts";
import { at } from "../../ir/lookup.ts";
import { bool, int } from "../../ir/types.ts";
import type { Dimension } from "../../ir/variable.ts";
import type { Declarations } from "./declarations.ts";
import type { Machine, Vma } from "./machine.ts";

type AnonVmas = Pick<Machine, "hasAnonVma" | "sharesAnonVma" | "anonVmaOf">;

interface Dimensions {
  readonly vma: Dimension;
  readonly page: Dimension;
}

/** `locked`: the address spaces that have VMAs with a lock. */
export function declareAnonVmas(
  { one, two }: Declarations,
  { mms, locked }: Pick<Machine, "mms"> & { readonly locked: readonly number[] },
  { vma, page }: Dimensions,
): AnonVmas {
  const names = mms.map(({ name }) => name);
  const perVma = (name: string, among: readonly number[]) => {
    const some: Dimension = { name: "process", labels: among.map((mm) => at(names, mm)) };
    const flag = two(name, bool, some, vma);
    return (mm: number, own: Vma): Expr =>
      among.includes(mm) ? flag(among.indexOf(mm), own.index) : constant(1, bool);
  };
  const numbers = [...mms.keys()];
  const asks = (mm: number) => mms.some(({ parent }) => parent === mm) || locked.includes(mm);
  const isForked = (mm: number) => at(mms, mm).parent !== undefined;
  return {
    hasAnonVma: perVma("vma_has_anon_vma", numbers.filter(asks)),
    sharesAnonVma: perVma("vma_shares_anon_vma", numbers.filter(isForked)),
    anonVmaOf: mms.length > 1 ? one("page_anon_vma", int(0, mms.length - 1, names), page) : () => constant(0),
  };
}
