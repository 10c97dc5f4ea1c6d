/** Who divides the memory of a search, by store. */
import { bitstatePlanner } from "./bitstate-plan.ts";
import { exactPlanner } from "./exact-plan.ts";
import { fingerprintPlanner } from "./fingerprint-plan.ts";
import type { StoreName, StorePlans } from "./memory-plan.ts";
import type { StorePlanner } from "./room.ts";
import { treePlanner } from "./tree-plan.ts";

export const planners: { readonly [Name in StoreName]: StorePlanner<StorePlans[Name]> } = {
  exact: exactPlanner,
  tree: treePlanner,
  fingerprint: fingerprintPlanner,
  bitstate: bitstatePlanner,
};
