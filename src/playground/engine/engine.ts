/** The engine of the page, put together from its parts. */
import type { PackedPackage } from "../messages.ts";
import type { Engine } from "../protocol.ts";
import { complete } from "./complete.ts";
import { hover } from "./hover.ts";

export function createEngine(_packed: PackedPackage): Engine {
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
    complete: async (source, offset) => complete(source, offset),
    hover: async (source, offset) => hover(source, offset),
  };
}

function missing(method: keyof Engine): Promise<never> {
  return Promise.reject(new Error(`this build has no ${method}`));
}
