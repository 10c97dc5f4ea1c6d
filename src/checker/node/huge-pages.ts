/**
 * Linux gives a process its memory in pages of 4 KiB, and where it is asked to, in huge pages of 2 MiB. A large table is read at
 * random. With small pages most reads then wait for the address of a page as well as for its content.
 */
import { isMainThread } from "node:worker_threads";
import { koffiIfInstalled } from "./koffi.ts";

/** MADV_HUGEPAGE of madvise(2). */
const advice = 14;

/** Memory that is in use stays as it is. Nothing happens if koffi is not installed, or if the kernel has no huge pages. */
export async function preferHugePages(memories: readonly WebAssembly.Memory[]): Promise<void> {
  // Another thread can be ended at any time, also while it loads a library.
  if (process.platform !== "linux" || !isMainThread) return;
  const koffi = await koffiIfInstalled();
  if (koffi === undefined) return;
  try {
    const madvise = koffi.load("libc.so.6").func("int madvise(void *from, size_t length, int advice)");
    for (const { buffer } of memories) madvise(new Uint8Array(buffer), buffer.byteLength, advice);
  } catch {
    // Another C library has another name.
  }
}
