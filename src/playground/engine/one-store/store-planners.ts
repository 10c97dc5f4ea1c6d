/** Stands in a bundle for src/memory/store-planners.ts, as store-kinds.ts beside it does. */
import { exactPlanner } from "../../../memory/exact-plan.ts";

export const planners = { exact: exactPlanner };
