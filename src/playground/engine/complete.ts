/** What can be written at a place of a scenario. */
import type { Completion, Completions, Source } from "../protocol.ts";
import { choicesInEdit } from "./assist/edit-texts.ts";
import { choicesInExpression } from "./assist/expressions.ts";
import { itemsAt, type KeyOption, keysAt } from "./assist/keys.ts";
import { matching } from "./assist/matching.ts";
import { namesIn } from "./assist/names.ts";
import type { Choice } from "./assist/option.ts";
import { type Place, placeAt, type StringToken } from "./assist/place.ts";
import { kindOfText } from "./assist/scenario-place.ts";
import { type ValueOption, valuesAt } from "./assist/values.ts";

/**
 * Never throws, whatever the text is. What stands in front of the cursor chooses among the options. `offset`: in UTF-16
 * units, from 0 to the text's length.
 */
export function complete({ text }: Source, offset: number): Completions {
  const { from, to, options } = allAt(text, offset);
  const shown = matching(options, text.slice(from, offset).replaceAll('\\"', '"'));
  const changesNothing = shown.length === 1 && shown[0]?.insert === text.slice(from, to);
  return { from, to, options: changesNothing ? [] : shown };
}

function allAt(text: string, offset: number): Completions {
  const found = placeAt(text, offset);
  if (found === undefined) return { from: offset, to: offset, options: [] };
  // A choice in front of a string replaces its first quote too.
  const place = found.from < offset ? found : { ...found, string: undefined };
  const { path, scenario, string } = place;
  const names = namesIn(scenario);
  if (place.isKey) {
    const keys = keysAt(path, scenario, names);
    return atToken(
      place,
      keys.map((key) => ofKey(key, place)),
    );
  }
  const kind = kindOfText(path, scenario, names);
  if (string !== undefined && kind.kind === "expression")
    return inString(choicesInExpression(string.text, string.cursor, kind.expression), string);
  if (string !== undefined && kind.kind === "edit") return inString(choicesInEdit(string.text, string.cursor), string);
  const items = itemsAt(path, scenario, names);
  return atToken(place, items.length > 0 ? items.map(ofItem) : valuesAt(path, scenario, names).map(ofValue));
}

function ofKey({ text, detail, value }: KeyOption, { hasValue }: Place): Completion {
  const key = JSON.stringify(text);
  if (hasValue) return { label: text, detail, insert: key };
  const insert = `${key}: ${value}`;
  return { label: text, detail, insert, select: [key.length + 2, insert.length] };
}

function ofItem({ text, detail, value }: KeyOption): Completion {
  const before = `{ ${JSON.stringify(text)}: `;
  return { label: text, detail, insert: `${before}${value} }`, select: [before.length, before.length + value.length] };
}

function ofValue({ text, detail, value }: ValueOption): Completion {
  return { label: text, detail, insert: typeof value === "string" ? JSON.stringify(value) : text };
}

/** Replaces the token. A quote that stands before it stays, so that what is replaced begins as the label does. */
function atToken({ from, to, string }: Place, options: readonly Completion[]): Completions {
  if (string === undefined) return { from, to, options };
  const quoted = options.filter(({ insert }) => insert.startsWith('"'));
  return { from: from + 1, to, options: quoted.map(withoutQuote) };
}

function withoutQuote({ insert, select, ...rest }: Completion): Completion {
  const shorter = { ...rest, insert: insert.slice(1) };
  return select === undefined ? shorter : { ...shorter, select: [select[0] - 1, select[1] - 1] };
}

/** Choices within a string. They are written in JSON there. */
function inString({ from, to, options }: Choice, string: StringToken): Completions {
  return {
    from: string.offsetOf(from),
    to: string.offsetOf(to),
    options: options.map(({ text, label = text, detail }) => ({
      label: label.trim(),
      detail,
      insert: JSON.stringify(text).slice(1, -1),
    })),
  };
}
