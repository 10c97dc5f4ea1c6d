/** Results of unchanged runs, kept from one `npm run mutants` to the next while neither model nor scenario changes. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Run } from "../library/runs.ts";
import type { JudgedModel } from "./judge-run.ts";

export interface Kept {
  readonly find: (run: Run) => JudgedModel | undefined;
  readonly add: (run: Run, judged: JudgedModel) => void;
  readonly write: () => void;
}

const keptFile = "out/mutants-runs.json";

/** `question`: results with another limit, or with other properties, are not the same. */
export function keptRuns(question: string): Kept {
  const sources = createHash("sha256").update(question);
  for (const file of [...sourceFiles("src"), ...sourceFiles("scripts")]) sources.update(readFileSync(file));
  const version = sources.digest("hex");
  const known = existsSync(keptFile)
    ? new Map(Object.entries(JSON.parse(readFileSync(keptFile, "utf8")) as Record<string, JudgedModel>))
    : new Map<string, JudgedModel>();
  const keep = new Map<string, JudgedModel>();
  const keyOf = ({ file, position }: Run): string =>
    createHash("sha256").update(version).update(readFileSync(file)).update(String(position)).digest("hex");
  return {
    find(run) {
      const found = known.get(keyOf(run));
      if (found !== undefined) keep.set(keyOf(run), found);
      return found;
    },
    add(run, judged) {
      keep.set(keyOf(run), judged);
    },
    write() {
      writeFileSync(keptFile, JSON.stringify(Object.fromEntries(keep)));
    },
  };
}

function sourceFiles(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return sourceFiles(path);
      // Files that only explain or word the results do not change them.
      return entry.name.endsWith(".ts") && !/^(reasons|report|unreached-reasons)\.ts$/.test(entry.name) ? [path] : [];
    });
}
