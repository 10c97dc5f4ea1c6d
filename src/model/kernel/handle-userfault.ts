import { eq, isConstant, or } from "../../ir/expression.ts";
import { procedure } from "../../ir/recorder.ts";
import type { Context } from "../machine/context.ts";
import { type FaultLock, releaseFaultLock } from "./fault-lock.ts";
import { fatalSignalPending } from "./signal.ts";

/**
 * handle_userfault(): queues the fault, drops its lock and sleeps until userspace resolves the fault or a fatal
 * signal arrives. Zapping the page wakes no fault. A resolution also counts if it comes after do_wp_page() has read the
 * entry and before the fault is queued. The kernel may miss that one (userfaultfd_must_wait()), but then the reader of
 * the userfaultfd receives the fault and wakes it.
 */
export const handleUserfault = procedure<FaultLock & { readonly context: Context }>(
  "handle_userfault",
  { file: "fs/userfaultfd.c" },
  (k, fault) => {
    const { context } = fault;
    const userfaultAt = context.machine.userfaultAt(context.actor);
    k.step("mmap_read_unlock", "queues the fault for userspace and drops the lock of the fault", () =>
      releaseFaultLock(k, context, fault),
    );
    k.step("schedule", "sleeps until userspace resolves the fault, or the process exits", () => {
      k.await(or(eq(userfaultAt, 0), fatalSignalPending(context)));
      k.if(
        eq(userfaultAt, 0),
        () => k.outcome("wakes up, because userspace has resolved the fault"),
        () => k.outcome("wakes up, because the process is exiting"),
      );
      if (!isConstant(userfaultAt)) k.set(userfaultAt, 0);
    });
  },
);
