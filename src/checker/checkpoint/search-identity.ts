/** The identity of a search: two searches with the same identity visit the same states and check them alike. */
import { layoutOf } from "../../ir/layout.ts";
import type { Program } from "../../ir/program.ts";
import { asksForSuccessors, type Property } from "../../ir/property.ts";
import { sha256Hex } from "../../ir/sha256.ts";
import { defaultStore } from "../../memory/memory-plan.ts";
import { planMemory } from "../../memory/plan-memory.ts";
import type { SearchOptions } from "../contract/search-types.ts";
import { generatedCode } from "../memory/generated-code.ts";

/**
 * The generated code is the whole meaning of the program, its layout and its properties. So its digest, for a memory plan
 * that depends on nothing else, identifies them. The names that a report shows are added.
 */
export function searchIdentity(program: Program, properties: readonly Property[], options: SearchOptions): string {
  const { symmetries = [], store = defaultStore, fingerprintBits } = options;
  const layout = layoutOf(program);
  const plan = planMemory(program, layout, 1, 2 ** 30, {
    notesSuccessors: properties.some(asksForSuccessors),
    symmetric: symmetries.length > 0,
    store,
    fingerprintBits,
  });
  const beside = {
    slots: program.slots,
    actors: program.actors.map(({ name }) => name),
    locations: program.locations.map(({ procedure, label, choices }) => [procedure, label, choices]),
    properties: properties.map(({ name }) => name),
  };
  return sha256Hex(generatedCode(program, properties, layout, plan, symmetries).bytes, JSON.stringify(beside));
}
