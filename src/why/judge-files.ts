import { search } from "../checker/search.ts";
import { findingsIn } from "../review/findings-folder.ts";
import { loadSpec } from "../spec/load-spec.ts";
import type { Spec } from "../spec/spec.ts";
import type { JudgeMeans } from "./judge.ts";

const loaded = new Map<string, Spec>();

/** Scenarios and findings in files, and the search of Node. Each scenario is read once. */
export const judgeFiles: Pick<JudgeMeans, "search" | "specOf" | "findingsIn"> = {
  specOf(file) {
    const spec = loaded.get(file) ?? loadSpec(file);
    loaded.set(file, spec);
    return spec;
  },
  findingsIn,
  search,
};
