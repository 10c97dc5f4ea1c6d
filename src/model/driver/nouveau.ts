/** drivers/gpu/drm/nouveau/nouveau_svm.c, before and after its retry was corrected (commit b3fefbb30a16). */
import { procedure } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import { answerAccess, answerAtomic, type DeviceFault, subscribe, unsubscribe } from "./request.ts";

const file = "drivers/gpu/drm/nouveau/nouveau_svm.c";

/**
 * nouveau_atomic_range_fault(): makes the page exclusive and maps it on the device; false if this is impossible. The
 * driver gives up after a second. In the model the second may be over whenever the driver starts over.
 */
export const nouveauAtomicRangeFault = procedure<DeviceFault>(
  "nouveau_atomic_range_fault",
  { file, returns: bool },
  (k, fault) => {
    subscribe(k, fault);
    answerAtomic(k, { fault, finish: (label) => unsubscribe(k, fault, label) });
  },
);

/** nouveau_range_fault(), for a load or a store of the device. */
export const nouveauRangeFault = procedure<DeviceFault & { readonly write: boolean }>(
  "nouveau_range_fault",
  { file, returns: bool },
  (k, fault) => {
    subscribe(k, fault);
    answerAccess(k, { fault, finish: (label) => unsubscribe(k, fault, label) }, fault.write);
  },
);
