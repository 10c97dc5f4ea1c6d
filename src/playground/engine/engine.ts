/** The engine of the page, put together from its parts. */
import type { PackedFiles } from "../messages.ts";
import type { Engine } from "../protocol.ts";

/** `files`: the files of the package that methods read. */
export function createEngine(_files: PackedFiles): Engine {
  return {
    catalogue: () => missing("catalogue"),
    read: () => missing("read"),
    offers: () => missing("offers"),
    check: () => missing("check"),
    stop: () => missing("stop"),
    procedures: () => missing("procedures"),
    why: () => missing("why"),
    explore: () => missing("explore"),
    openTrace: () => missing("openTrace"),
    convert: () => missing("convert"),
    complete: () => missing("complete"),
    hover: () => missing("hover"),
  };
}

function missing(method: keyof Engine): Promise<never> {
  return Promise.reject(new Error(`this build has no ${method}`));
}
