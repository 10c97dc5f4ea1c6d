/** lib/test_hmm.c: the kernel's own test driver. It reads no sequence number; the page lock is all that protects it. */
import { eq, makeWord } from "../../ir/expression.ts";
import { procedure } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import { mmapReadLock, mmapReadUnlock } from "../kernel/mmap-lock.ts";
import { putPage, unlockPage } from "../kernel/page.ts";
import { makeExclusive } from "./make-exclusive.ts";
import type { DeviceFault } from "./nouveau.ts";

/** dmirror_exclusive() and dmirror_atomic_map(), for one page; false if the page could not be had. */
export const dmirrorExclusive = procedure<DeviceFault>(
  "dmirror_exclusive",
  { file: "lib/test_hmm.c", returns: bool },
  (k, fault) => {
    const { context, device, va } = fault;
    const { machine } = context;
    k.step("mmap_read_lock", "takes the mmap lock for reading", () => mmapReadLock(k, context));
    const page = k.call(makeExclusive(machine), { context, va, owner: undefined });
    k.if(eq(page, machine.noPage), () => {
      k.step("mmap_read_unlock after failure", "drops the mmap lock", () => mmapReadUnlock(k, context));
      k.return(false);
    });
    k.step("dmirror_atomic_map", "under the mirror's mutex: maps the page", () => {
      k.await(eq(machine.driverMutex(device), 0));
      k.set(
        machine.devicePte(device, va),
        makeWord(machine.types.deviceEntry, { valid: true, pfn: page, atomic: true }),
      );
    });
    k.step("unlock_page", "unlocks the page", () => unlockPage(k, context, page));
    k.step("put_page", "drops the reference", () => putPage(k, context, page));
    k.step("mmap_read_unlock", "drops the mmap lock", () => mmapReadUnlock(k, context));
    k.return(true);
  },
);
