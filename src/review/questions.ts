/** Which search answers a question, kept beside the findings: so no program is made of a scenario that did not change. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CheckTarget } from "../check/check-request.ts";
import { keep, kept } from "./kept-files.ts";

/**
 * The identity of the search of a scenario as its file has it. `make` finds it out if this scenario was not searched
 * before with the same checker and the same model.
 */
export async function identityOnce(
  folder: string,
  { spec, kernel }: Pick<CheckTarget, "spec" | "kernel">,
  make: () => Promise<string>,
): Promise<string> {
  const question = createHash("sha256")
    .update(sources())
    .update(JSON.stringify([kernel, spec.text]))
    .digest("hex");
  const file = join(folder, `question-${question}.json`);
  const known = kept(file);
  if (typeof known === "string") return known;
  const made = await make();
  keep(file, made);
  return made;
}

let digest: string | undefined;

/** The checker's own code, or what it was built to. */
function sources(): string {
  digest ??= digestOf(fileURLToPath(new URL("..", import.meta.url)));
  return digest;
}

function digestOf(folder: string): string {
  const hash = createHash("sha256");
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => /\.[jt]s$/.test(name));
  for (const name of names.sort()) hash.update(name).update(readFileSync(join(folder, name)));
  return hash.digest("hex");
}
