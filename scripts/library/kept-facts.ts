/**
 * What lists and explanations say about all procedures of the model. To record it takes some seconds, so it is kept from
 * one process to the next while no source changes: the build records it, and the tests read it.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ProcedureFacts, procedureFacts } from "../../src/edits/procedure-facts.ts";
import { outlineOperations } from "../../src/model/build-model.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = join(root, "node_modules/.cache/procedure-facts");

export function keptFacts(): ProcedureFacts {
  const file = join(folder, `${digestOf(join(root, "src"))}.json`);
  if (!existsSync(file)) {
    // Another function than the one for which a program may know the facts already.
    const facts = procedureFacts((...asked) => outlineOperations(...asked));
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    // Another process may write the same.
    const unfinished = `${file}.${process.pid}`;
    writeFileSync(unfinished, JSON.stringify(facts));
    renameSync(unfinished, file);
  }
  return JSON.parse(readFileSync(file, "utf8")) as ProcedureFacts;
}

function digestOf(sources: string): string {
  const hash = createHash("sha1");
  for (const file of readdirSync(sources, { recursive: true, encoding: "utf8" }).sort())
    if (file.endsWith(".ts"))
      hash
        .update(`${file}\0`)
        .update(readFileSync(join(sources, file)))
        .update("\0");
  return hash.digest("hex");
}
