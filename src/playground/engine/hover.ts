/** What stands at a place of a scenario. */
import { explainProperty } from "../../cli/help/explain-property.ts";
import { builtInProperties } from "../../properties/built-in/built-in-properties.ts";
import type { Path } from "../../spec/source-file.ts";
import type { Hover, Source } from "../protocol.ts";
import { explainEdit } from "./assist/edit-texts.ts";
import { expectedNames } from "./assist/expected-names.ts";
import { explainInExpression } from "./assist/expressions.ts";
import { describeKey } from "./assist/keys.ts";
import { type Names, namesIn } from "./assist/names.ts";
import { type Place, placeAt, type StringToken } from "./assist/place.ts";
import { kindOfText } from "./assist/scenario-place.ts";
import { schemasAt } from "./assist/schema-at.ts";
import { featureSentences } from "./assist/sentences.ts";
import { sentenceOfValue } from "./assist/values.ts";

/** Undefined if there is nothing to say. Never throws, whatever the text is. */
export function hover({ text }: Source, offset: number): Hover | undefined {
  const place = placeAt(text, offset);
  if (place === undefined || place.from === place.to) return undefined;
  const { path, scenario, string, from, to } = place;
  const names = namesIn(scenario);
  if (string === undefined) return told(describePath(path, scenario), from, to);
  if (place.isKey) return told(describeKeyAt(string.text, place), from, to);
  const kind = kindOfText(path, scenario, names);
  if (kind.kind === "expression") {
    const found = explainInExpression(string.text, string.cursor, kind.expression);
    if (found !== undefined) return told(found.text, string.offsetOf(found.from), string.offsetOf(found.to));
  }
  if (kind.kind === "edit") return told(explainEdit(string.text), from, to);
  return told(describeText(string, path, scenario, names), from, to);
}

function told(text: string, from: number, to: number): Hover | undefined {
  return text === "" ? undefined : { from, to, text };
}

function describeKeyAt(key: string, { path, scenario }: Place): string {
  return describeKey(key, schemasAt([...path, key], scenario)[0], path);
}

function describePath(path: Path, scenario: unknown): string {
  return String(schemasAt(path, scenario)[0]?.description ?? "");
}

/** A feature, a property with its checks, a name of the scenario; for any other text, what belongs there. */
function describeText({ text }: StringToken, path: Path, scenario: unknown, names: Names): string {
  const name = text.replace(/^-/, "");
  const property = builtInProperties.find((one) => one.name === name);
  const namesProperty = path.includes("properties") || path.includes("violates");
  if (property !== undefined && namesProperty) return explainProperty(property).join("\n").trimEnd();
  if (path.at(-2) === "with" || path.at(-2) === "without") return featureSentences.get(text) ?? "";
  const expected = expectedNames(path, scenario, names)?.find((one) => one.text === text);
  return [expected?.detail ?? sentenceOfValue(text), describePath(path, scenario)]
    .filter((part) => part !== "")
    .join("\n");
}
