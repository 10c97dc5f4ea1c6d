/** What a module has in addition if several processes search together. A browser searches alone. */
import type { MemoryPlan } from "../../../memory/memory-plan.ts";
import type { FunctionRef } from "../encoder/module-builder.ts";
import type { StateChecks } from "../step/state-checks.ts";
import type { Insertion, StoreParts } from "../store/store-code.ts";
import { insertReceived, lookUpReceived } from "./received.ts";
import {
  alreadyCanonical,
  expandOwn,
  expandToAsk,
  ownerFunction,
  type RankPlan,
  type SharingParts,
} from "./sharing-out.ts";

export interface RankCode {
  /** What the store inserts: only states that belong to this process. */
  readonly parts: StoreParts;
  /** Makes the function that inserts what other processes send. */
  readonly receive: (insertion: Insertion) => void;
  /** After the search, in place of a function that expands: all successors of other processes wait to be sent. */
  readonly askAbout: (expand: FunctionRef) => FunctionRef;
  /** Makes the function that looks up what other processes send. */
  readonly answer: (lookUp: FunctionRef) => void;
}

/** Undefined if one process searches alone. */
export function rankCode(
  plan: MemoryPlan,
  parts: SharingParts & { readonly judges: StateChecks },
): RankCode | undefined {
  if (!isOfRank(plan)) return undefined;
  ownerFunction(plan, parts);
  // With symmetries, the states that come from a checkpoint have their canonical form already.
  const isAlone = plan.exchange.size === 1 && parts.canonical === undefined;
  return {
    parts: isAlone ? parts : sharing(plan, parts),
    receive: (insertion) => insertReceived(plan, parts, insertion),
    askAbout: (expand) => (isAlone ? expand : expandToAsk(plan, parts, expand)),
    answer: (lookUp) => lookUpReceived(plan, parts, lookUp),
  };
}

function sharing(plan: RankPlan, parts: SharingParts): StoreParts {
  const expanding = { ...parts.expanding, expand: expandOwn(plan, parts) };
  const canonical = parts.canonical === undefined ? undefined : alreadyCanonical(parts);
  return { ...parts, expanding, canonical };
}

function isOfRank(plan: MemoryPlan): plan is RankPlan {
  return plan.exchange !== undefined;
}
