/** The functions of the generated code that only a rank of several has. */
import {
  type AnswerFunctions,
  answerFunctions,
  type RankFunctions,
  rankFunctions,
} from "../../codegen/wasm/store/exported-functions.ts";
import { functionsOf } from "../memory/module-instance.ts";
import type { StoreThread } from "../stores/store.ts";

export function functionsOfRank({ functions }: Pick<StoreThread, "functions">): RankFunctions {
  // These are all exports of the module.
  return functionsOf<RankFunctions>(functions as unknown as WebAssembly.Exports, rankFunctions);
}

/** The rank of a state in memory. */
export function ownerOf(thread: Pick<StoreThread, "functions" | "addressOf">, index: number): number {
  return functionsOfRank(thread).owner(thread.addressOf(index));
}

export function answerFunctionsOf({ functions }: Pick<StoreThread, "functions">): AnswerFunctions {
  return functionsOf<AnswerFunctions>(functions as unknown as WebAssembly.Exports, answerFunctions);
}
