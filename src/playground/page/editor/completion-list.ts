/** The list of completions at the cursor: opened by typing or with Ctrl+Space, used with the keyboard or the mouse. */
import { html, render } from "lit-html";
import type { PrismEditor } from "prism-code-editor";
import { insertText } from "prism-code-editor/utils";
import type { Completions } from "../../protocol.ts";
import { rectangleOf } from "./text-position.ts";

const listId = "completions";
const optionId = (index: number) => `completion-${index}`;
/** How long after a key the engine is asked, in milliseconds. */
const pause = 80;

export function addCompletionList(
  editor: PrismEditor,
  popup: HTMLElement,
  complete: (offset: number) => Promise<Completions>,
): void {
  const { textarea } = editor;
  let shown: Completions | undefined;
  let active = 0;
  let asked = 0;
  let timer: number | undefined;
  textarea.setAttribute("aria-autocomplete", "list");

  function close(): void {
    asked++;
    window.clearTimeout(timer);
    shown = undefined;
    draw();
  }

  /** An answer for a text or a cursor that has changed since is dropped. */
  async function ask(explicit: boolean): Promise<void> {
    // What is asked for with the keyboard takes the place of what typing was about to ask.
    window.clearTimeout(timer);
    const number = ++asked;
    const offset = textarea.selectionEnd;
    const completions = await complete(offset);
    if (number !== asked || !editor.focused) return;
    const typed = completions.from < offset;
    shown = completions.options.length > 0 && (explicit || typed) ? completions : undefined;
    active = 0;
    draw();
  }

  function choose(index: number): void {
    const option = shown?.options[index];
    if (shown === undefined || option === undefined) return;
    const { from, to } = shown;
    const [start, end] = option.select ?? [option.insert.length, option.insert.length];
    close();
    insertText(editor, option.insert, from, to, from + start, from + end);
  }

  function draw(): void {
    const options = shown?.options ?? [];
    popup.hidden = options.length === 0;
    if (popup.hidden) {
      textarea.removeAttribute("aria-activedescendant");
      textarea.removeAttribute("aria-controls");
    } else {
      textarea.setAttribute("aria-controls", listId);
      textarea.setAttribute("aria-activedescendant", optionId(active));
    }
    render(
      html`<ul id=${listId} role="listbox" aria-label="Completions">
        ${options.map(
          ({ label, detail }, index) => html`<li
            id=${optionId(index)}
            role="option"
            aria-selected=${index === active}
            @mousedown=${(event: Event) => {
              event.preventDefault();
              choose(index);
            }}
          >
            <span class="name">${label}</span> <span class="soft">${detail}</span>
          </li>`,
        )}
      </ul>`,
      popup,
    );
    if (popup.hidden || shown === undefined) return;
    placeBelow(popup, rectangleOf(editor, Math.max(0, shown.from)));
    popup.querySelector(`#${optionId(active)}`)?.scrollIntoView({ block: "nearest" });
  }

  function onKey(event: KeyboardEvent): void {
    if (event.key === " " && event.ctrlKey) {
      event.preventDefault();
      void ask(true);
      return;
    }
    if (shown === undefined) return;
    // Undo and the like: the text may change without typing.
    if (event.ctrlKey || event.altKey || event.metaKey) return close();
    const count = shown.options.length;
    const move = { ArrowDown: 1, ArrowUp: count - 1 }[event.key];
    if (move !== undefined) {
      active = (active + move) % count;
      draw();
    } else if (event.key === "Enter" || event.key === "Tab") choose(active);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  // Before the editor's own keys.
  editor.container.addEventListener("keydown", onKey, { capture: true });
  textarea.addEventListener("blur", close);
  textarea.addEventListener("input", (event) => {
    const typed = (event as InputEvent).inputType === "insertText" || shown !== undefined;
    close();
    if (typed) timer = window.setTimeout(() => void ask(false), pause);
  });
  editor.on("selectionChange", ([start]) => {
    if (shown !== undefined && (start < shown.from || start > shown.to)) close();
  });
}

/** Below the place, or above it if there is more room. */
export function placeBelow(popup: HTMLElement, place: DOMRect | undefined): void {
  if (place === undefined) return;
  const { width, height } = popup.getBoundingClientRect();
  const below = place.bottom + height < window.innerHeight || place.top < height;
  popup.style.left = `${Math.max(4, Math.min(place.left, window.innerWidth - width - 4))}px`;
  popup.style.top = `${below ? place.bottom : place.top - height}px`;
}
