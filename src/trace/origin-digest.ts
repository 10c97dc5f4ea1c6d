import { sha256Hex } from "../ir/sha256.ts";
import type { Trace } from "./format.ts";

type Origin = Pick<Trace, "kernel" | "features" | "property"> & {
  readonly spec: Pick<Trace["spec"], "name" | "content">;
};

/** Detects changes to the origin that a trace records, even if the steps stay the same. */
export function originDigest({ spec, kernel, features, property }: Origin): string {
  const parts = [spec.name, spec.content, kernel, features.with, features.without, property, ...(features.edits ?? [])];
  return sha256Hex(JSON.stringify(parts)).slice(0, 16);
}
