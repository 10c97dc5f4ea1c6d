/** Explains what is under the mouse. With the keyboard: Ctrl+I explains what is at the cursor. */
import { html, nothing, render } from "lit-html";
import type { PrismEditor } from "prism-code-editor";
import { printable } from "../../../text/printable.ts";
import type { Hover, PlacedDiagnostic } from "../../protocol.ts";
import { placeBelow } from "./completion-list.ts";
import { offsetAt, rectangleOf } from "./text-position.ts";

/** How long the mouse must rest, in milliseconds. */
const pause = 250;

export function addHoverText(
  editor: PrismEditor,
  popup: HTMLElement,
  hover: (offset: number) => Promise<Hover | undefined>,
  diagnostics: () => readonly PlacedDiagnostic[],
): void {
  let asked = 0;
  let timer: number | undefined;

  function close(): void {
    asked++;
    window.clearTimeout(timer);
    popup.hidden = true;
  }

  async function explain(offset: number | undefined): Promise<void> {
    const number = ++asked;
    if (offset === undefined) return;
    const errors = diagnostics().filter(
      ({ range }) => range !== undefined && range.from <= offset && offset < range.to,
    );
    const found = await hover(offset);
    if (number !== asked || (found === undefined && errors.length === 0)) return;
    render(
      html`${errors.map(({ message, hint }) => html`<p class="error">${printable(message)}${hint === undefined ? "" : ` (${printable(hint)})`}</p>`)}
${found === undefined ? nothing : html`<p>${found.text}</p>`}`,
      popup,
    );
    popup.hidden = false;
    placeBelow(popup, rectangleOf(editor, found?.from ?? offset));
  }

  editor.textarea.addEventListener("mousemove", ({ clientX, clientY, buttons }) => {
    close();
    if (buttons === 0) timer = window.setTimeout(() => void explain(offsetAt(editor, clientX, clientY)), pause);
  });
  editor.textarea.addEventListener("mouseleave", close);
  editor.textarea.addEventListener("blur", close);
  editor.container.addEventListener("scroll", close);
  editor.on("update", close);
  editor.textarea.addEventListener("keydown", (event) => {
    close();
    if (event.key !== "i" || !event.ctrlKey) return;
    event.preventDefault();
    void explain(editor.textarea.selectionEnd);
  });
}
