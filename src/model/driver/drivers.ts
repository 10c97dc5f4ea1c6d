import type { Drivers } from "../machine/context.ts";
import { asDocumented } from "./as-documented.ts";
import { nouveau } from "./nouveau.ts";
import { testHmm } from "./test-hmm.ts";
import { xe } from "./xe.ts";
import { xeUserptr } from "./xe-userptr.ts";

/** The procedures of each driver. All other differences between drivers are in `../scenario/drivers.ts`. */
export const drivers: Drivers = {
  nouveau,
  "nouveau-before-b3fefbb30a16": nouveau,
  test_hmm: testHmm,
  "as-documented": asDocumented,
  xe,
  "xe-userptr": xeUserptr,
};
