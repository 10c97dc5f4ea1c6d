/**
 * What has been finished in a tree, so that a build goes on where it stopped. Each stage has a key made from all that it
 * depends on. A stage whose key is another one than noted is done again, and so are the stages after it.
 */
import { createHash } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export type Finished = Readonly<Record<string, string>>;

/** In the folder of the tree. */
export const stateFile = ".kernel-lab.json";

/** Nothing if the file is missing or cannot be read: the stages then check for themselves what is there. */
export function readFinished(tree: string): Finished {
  let noted: unknown;
  try {
    noted = JSON.parse(readFileSync(join(tree, stateFile), "utf8"));
  } catch {
    return {};
  }
  if (typeof noted !== "object" || noted === null) return {};
  return Object.fromEntries(Object.entries(noted).filter(([, key]) => typeof key === "string"));
}

function writeFinished(tree: string, finished: Finished): void {
  const path = join(tree, stateFile);
  writeFileSync(`${path}.new`, `${JSON.stringify(finished, undefined, 2)}\n`);
  renameSync(`${path}.new`, path);
}

export interface Stage {
  readonly name: string;
  /** Everything that decides the stage's result, except the results of the stages before it. */
  readonly inputs: readonly string[];
  readonly run: () => Promise<void>;
}

export interface StageReport {
  readonly begins: (stage: string) => void;
  readonly isDone: (stage: string) => void;
}

/**
 * Runs the stages that are not finished with these inputs, in order. The first that throws ends the run. Returns a key of
 * all inputs.
 */
export async function runStages(tree: string, stages: readonly Stage[], report: StageReport): Promise<string> {
  const finished = new Map<string, string>();
  let before = "";
  for (const { name, inputs, run } of stages) {
    const key = keyOf([before, name, ...inputs]);
    before = key;
    if (readFinished(tree)[name] === key) report.isDone(name);
    else {
      report.begins(name);
      await run();
    }
    finished.set(name, key);
    // Later stages are forgotten here: they have to be done again after this one.
    const noted = readFinished(tree);
    if (noted[name] !== key) writeFinished(tree, Object.fromEntries(finished));
  }
  return before;
}

/** A length before each part, so that different lists never give the same text. */
function keyOf(parts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}:${part}`);
  return hash.digest("hex").slice(0, 16);
}
