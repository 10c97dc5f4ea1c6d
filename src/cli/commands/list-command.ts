/** `exclusive-check list <what>` */
import { jsonText } from "../../reporters/json-text.ts";
import { paragraph } from "../../text/paragraph.ts";
import { type Item, lists } from "../help/lists.ts";
import type { ListName, ListOptions } from "../options/list-options.ts";
import type { Surroundings } from "../surroundings/surroundings.ts";

export async function listCommand(
  what: ListName,
  { json }: ListOptions,
  { stdout, loadModel }: Pick<Surroundings, "stdout" | "loadModel">,
): Promise<void> {
  const items = what === "procedures" ? lists.procedures(await loadModel()) : lists[what]();
  stdout.write(json === true ? `${jsonText(items, 2)}\n` : table(items));
}

function table(items: readonly Item[]): string {
  const width = Math.max(...items.map(({ name }) => name.length)) + 2;
  return items
    .flatMap(({ name, sentence }) => paragraph(sentence, " ".repeat(width), name.padEnd(width)))
    .map((line) => `${line.trimEnd()}\n`)
    .join("");
}
