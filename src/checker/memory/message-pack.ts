import { createRequire } from "node:module";
import type { Packr } from "msgpackr";

const require = createRequire(import.meta.url);

/**
 * Loads msgpackr only when it is needed: that takes longer than most searches, and several megabytes in each thread.
 */
export function messagePack(): Packr {
  const { Packr } = require("msgpackr") as typeof import("msgpackr");
  return new Packr({ useRecords: true });
}
