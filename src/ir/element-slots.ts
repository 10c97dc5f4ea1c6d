import type { Expr } from "./expression.ts";
import { type SlotIndex, slotIndex } from "./indices.ts";
import { firstSlot, type Program } from "./program.ts";
import type { Variable } from "./variable.ts";

/** The slot of the one element at a known index, or those of all elements if the index is computed. */
export function elementSlots(
  program: Pick<Program, "slotOf">,
  { variable, index }: { readonly variable: Variable; readonly index: Expr },
): readonly SlotIndex[] {
  const first = firstSlot(program, variable);
  if (index.op === "const")
    return index.value >= 0 && index.value < variable.size ? [slotIndex(first + index.value)] : [];
  const slots: SlotIndex[] = [];
  for (let element = 0; element < variable.size; element++) slots.push(slotIndex(first + element));
  return slots;
}
