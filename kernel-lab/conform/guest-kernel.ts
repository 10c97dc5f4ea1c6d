import type { Session } from "../guest/session.ts";
import type { Kernel } from "./kernel.ts";

/** A kernel that runs in QEMU. */
export function guestKernel(session: Session): Kernel {
  return async (programs) => {
    const runs = [];
    for await (const run of session.run(programs)) runs.push(run);
    return runs;
  };
}
