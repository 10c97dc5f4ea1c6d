/** Places in scenario files, in the form of SARIF. */
import { isAbsolute, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { CheckResult } from "./report.ts";

/** A place: the file and the keys that lead to it. */
export function locationIn(
  { file, locate }: Pick<CheckResult, "file" | "locate">,
  path: readonly (string | number)[],
): { readonly physicalLocation: object } {
  const { line, column } = locate(path);
  const region = { startLine: line, startColumn: column };
  return { physicalLocation: { artifactLocation: artifactOf(file), region } };
}

/** The name of a file in the working folder (in CI, the repository) is relative to that folder. */
export function artifactOf(file: string): object {
  const path = relative("", file);
  const isOutside = path === "" || isAbsolute(path) || path.split(sep)[0] === "..";
  if (isOutside) return { uri: pathToFileURL(file).href };
  return { uri: path.split(sep).map(encodeURIComponent).join("/"), uriBaseId: "%SRCROOT%" };
}
