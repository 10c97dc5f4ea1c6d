/** madvise(2) of Linux. Node has no call for it, so koffi makes it, if this optional dependency is installed. */
import { isMainThread } from "node:worker_threads";
import { koffiIfInstalled } from "./koffi.ts";

export type Madvise = (memory: WebAssembly.Memory, from: number, to: number, advice: number) => void;

/** The kernel rounds the end up itself, and refuses other starts. */
const pageBytes = 4096;

/** Undefined on another system, without koffi, or if the C library has another name. */
export async function loadMadvise(): Promise<Madvise | undefined> {
  // Another thread can be ended at any time, also while it loads a library.
  if (process.platform !== "linux" || !isMainThread) return undefined;
  const koffi = await koffiIfInstalled();
  if (koffi === undefined) return undefined;
  try {
    const call = koffi.load("libc.so.6").func("int madvise(void *from, size_t length, int advice)");
    return ({ buffer }, from, to, advice) => {
      const start = Math.floor(from / pageBytes) * pageBytes;
      call(new Uint8Array(buffer, start), Math.min(to, buffer.byteLength) - start, advice);
    };
  } catch {
    return undefined;
  }
}
