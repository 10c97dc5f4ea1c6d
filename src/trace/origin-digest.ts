import { createHash } from "node:crypto";
import type { Trace } from "./format.ts";

type Origin = Pick<Trace, "kernel" | "features" | "property"> & {
  readonly spec: Pick<Trace["spec"], "name" | "content">;
};

/** Tells when what a trace says of its origin was changed, also where the steps would be the same. */
export function originDigest({ spec, kernel, features, property }: Origin): string {
  const parts = [spec.name, spec.content, kernel, features.with, features.without, property, ...(features.edits ?? [])];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}
