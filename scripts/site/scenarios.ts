/** The shipped scenarios, which the playground opens by their file. */
import { readdirSync } from "node:fs";
import { linkBetween, playgroundAddress } from "./addresses.ts";

const files: ReadonlyMap<string, string> = new Map(
  ["specs", "specs/large"].flatMap((folder) =>
    readdirSync(new URL(`../../${folder}`, import.meta.url))
      .filter((name) => name.endsWith(".json"))
      .flatMap((name) => {
        const file = `${folder}/${name}`;
        return [file, name.replace(/\.json$/, "")].map((text): [string, string] => [text, file]);
      }),
  ),
);

/** The file of the scenario that a text names by its file or by its name. */
export function scenarioNamed(text: string): string | undefined {
  return files.get(text);
}

/** From the page at an address. */
export function linkToScenario(from: string, file: string): string {
  return `${linkBetween(from, playgroundAddress)}#${file}`;
}
