/** The error codes of the system, in words. */
const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a directory",
  ENOTDIR: "a part of the path is not a directory",
  EACCES: "permission denied",
  EPERM: "the system does not permit it",
  EROFS: "the file system is read-only",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "there are too many symbolic links",
  ENOSPC: "no space is left on the disk",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file would become larger than allowed (ulimit -f)",
  EMFILE: "this process has too many files open (ulimit -n)",
  ENFILE: "the system has too many files open",
  ENOMEM: "the system has no more memory",
  EADDRINUSE: "another program is using it",
  EPIPE: "its reader has closed it",
  ENXIO: "it is a socket, or a FIFO that no process reads",
};

/** Undefined for an error that is not the system's. */
export function systemReason(error: unknown): string | undefined {
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (!(error instanceof Error) || code === undefined) return undefined;
  return reasons[code] ?? (syscall === undefined ? undefined : message);
}

export function reasonOf(error: unknown): string {
  return systemReason(error) ?? (error instanceof Error ? error.message : String(error));
}

const limits = [
  ...["EMFILE", "ENFILE", "ENOMEM", "ENOSPC", "EDQUOT"],
  ...["ERR_WORKER_INIT_FAILED", "ERR_WORKER_OUT_OF_MEMORY", "ERR_MEMORY_ALLOCATION_FAILED"],
];

/** V8 has no error code for this. */
const noMemory = /could not allocate memory|allocation failed|out of memory/i;

/** Whether a resource of the system is used up, wherever the request came from. */
export function isLimit(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (limits.includes((error as NodeJS.ErrnoException).code ?? "")) return true;
  return (error instanceof RangeError && noMemory.test(error.message)) || isLimit(error.cause);
}
