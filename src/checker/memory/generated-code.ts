/** The code of a search. To ask for a search's identity and then search generates it only once. */
import { checkerModule, type SearchModule } from "../../codegen/wasm/checker-module.ts";
import type { Layout } from "../../ir/layout.ts";
import type { Program, Symmetry } from "../../ir/program.ts";
import type { Property } from "../../ir/property.ts";
import type { MemoryPlan } from "../../memory/memory-plan.ts";

interface Kept {
  readonly properties: readonly Property[];
  readonly symmetries: readonly Symmetry[];
  readonly plan: string;
  readonly code: SearchModule;
}

/** The last code of each program. */
const kept = new WeakMap<Program, Kept>();

export function generatedCode(
  program: Program,
  properties: readonly Property[],
  layout: Layout,
  memoryPlan: MemoryPlan,
  symmetries: readonly Symmetry[],
): SearchModule {
  const plan = JSON.stringify(memoryPlan);
  const known = kept.get(program);
  if (known?.plan === plan && isSame(known.properties, properties) && isSame(known.symmetries, symmetries))
    return known.code;
  const code = checkerModule(program, properties, layout, memoryPlan, symmetries);
  kept.set(program, { properties, symmetries, plan, code });
  return code;
}

function isSame<Item>(one: readonly Item[], other: readonly Item[]): boolean {
  return one.length === other.length && one.every((item, position) => item === other[position]);
}
