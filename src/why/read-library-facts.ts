import { readFileSync } from "node:fs";
import type { LibraryFacts } from "./library-facts.ts";

/** The same relative path from src/why and from dist/why. */
export const factsFile = new URL("../../docs/mutants.json", import.meta.url);

/** Throws if the file of the package is missing or damaged. */
export function readLibraryFacts(): LibraryFacts {
  return JSON.parse(readFileSync(factsFile, "utf8")) as LibraryFacts;
}
