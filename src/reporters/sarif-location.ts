/** Places in scenario files as SARIF has them. */
import { isAbsolute, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { CheckResult } from "./report.ts";

/** Where something stands: by its file and the keys that lead there. */
export function locationIn(
  { file, locate }: Pick<CheckResult, "file" | "locate">,
  path: readonly (string | number)[],
): { readonly physicalLocation: object } {
  const { line, column } = locate(path);
  const region = { startLine: line, startColumn: column };
  return { physicalLocation: { artifactLocation: artifactOf(file), region } };
}

/** A file below the working folder, which in CI is the repository's, is named relatively to it. */
export function artifactOf(file: string): object {
  const path = relative("", file);
  const isOutside = path === "" || isAbsolute(path) || path.split(sep)[0] === "..";
  if (isOutside) return { uri: pathToFileURL(file).href };
  return { uri: path.split(sep).map(encodeURIComponent).join("/"), uriBaseId: "%SRCROOT%" };
}
