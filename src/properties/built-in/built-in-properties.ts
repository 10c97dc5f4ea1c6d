/**
 * The promises of the protocol, as data. The names in them stand for what the schema of the model offers (src/model).
 * All texts are about that schema; no other code depends on it.
 *
 * A premise says when a promise is tested. It is true whenever the promise could be broken, so it never hides a
 * violation.
 */
import type { PropertyDefinition } from "../definition.ts";
import { accessRights } from "./access-rights.ts";
import { counters } from "./counters.ts";
import { deviceAccess } from "./device-access.ts";
import { execution } from "./execution.ts";
import { pageContent } from "./page-content.ts";
import { pagesInUse } from "./pages-in-use.ts";
import { writeTracking } from "./write-tracking.ts";

/** Reports list the properties in this order. */
export const builtInProperties: readonly PropertyDefinition[] = [
  ...pagesInUse,
  ...deviceAccess,
  ...writeTracking,
  ...pageContent,
  ...accessRights,
  ...counters,
  ...execution,
];
