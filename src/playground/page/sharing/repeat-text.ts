/** What a copied counterexample says of a question that its reader could not ask otherwise. */
import type { AskedQuestion } from "../../protocol.ts";

export interface Repeatable extends AskedQuestion {
  /** The text of the shipped scenario with the name of the question; undefined if there is none. */
  readonly shipped: string | undefined;
  /** Opens the question in this page, or what to put behind the address of any copy of it. */
  readonly address: string;
}

/** Empty for a shipped scenario as it is: its name and its kernel stand in the text already. */
export function repeatText({ question, command, shipped, address }: Repeatable, as: "mail" | "markdown"): string {
  const { file, text, with: added, without, edits } = question;
  if (text === shipped)
    return added.length + without.length + edits.length === 0
      ? ""
      : paragraph("This command finds it again:", command, as);
  const changed = shipped === undefined ? "" : `The scenario was changed: it is not the shipped ${file}. `;
  const opens = address.startsWith("#")
    ? "It opens in the page of exclusive-check with this behind the page's address:"
    : "It opens with this link:";
  return paragraph(`${changed}${opens}`, address, as);
}

function paragraph(sentence: string, literal: string, as: "mail" | "markdown"): string {
  return as === "mail" ? `\n${sentence}\n${literal}\n` : `\n${sentence}\n\n    ${literal}\n`;
}
