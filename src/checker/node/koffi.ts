/** koffi calls functions of libraries that are written in C. It is an optional dependency. */

export type Koffi = typeof import("koffi")["default"];

/** Undefined if it is not installed, or not made for this system. */
export async function koffiIfInstalled(): Promise<Koffi | undefined> {
  try {
    return (await import("koffi")).default;
  } catch {
    return undefined;
  }
}
