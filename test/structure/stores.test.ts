/** The search asks its store through one interface, so that a store can be added without a change to the search. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { storeNames } from "../../src/memory/memory-plan.ts";

const folders = ["levels", "checkpoint", "paths", "livelock", "disk"].map((name) => `src/checker/${name}`);
const files = [
  ...["search.ts", "search-setup.ts", "checkpoint-keeper.ts"].map((name) => `src/checker/${name}`),
  ...folders.flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`)),
];

/** A store by its name, or a part of one store's plan. */
const ofOneStore = new RegExp(`\\b(?:${storeNames.join("|")}|recycling|filterAt|filterLines|bankStates)\\b`);

test("the search, its levels, checkpoints and traces know no store by name", () => {
  const found = files
    .filter((file) => !file.includes("-in-file.ts"))
    .flatMap((file) =>
      withoutComments(readFileSync(file, "utf8"))
        .split("\n")
        .filter((line) => ofOneStore.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );

  assert.ok(files.length > 15, `${files.length} files`);
  assert.deepEqual(found, []);
});

function withoutComments(source: string): string {
  return source.replaceAll(/\/\*.*?\*\/|\/\/.*$/gms, "");
}
