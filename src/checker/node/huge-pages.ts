/**
 * Linux gives a process its memory in pages of 4 KiB, and where it is asked to, in huge pages of 2 MiB. A large table is read at
 * random. With small pages most reads then wait for the address of a page as well as for its content.
 */
import { loadMadvise } from "./madvise.ts";

/** MADV_HUGEPAGE of madvise(2). */
const advice = 14;

/** Memory that is in use stays as it is. Nothing happens if Linux cannot be asked, or if it has no huge pages. */
export async function preferHugePages(memories: readonly WebAssembly.Memory[]): Promise<void> {
  const madvise = await loadMadvise();
  for (const memory of memories) madvise?.(memory, 0, memory.buffer.byteLength, advice);
}
