/** The editor of the scenario: JSON with colours, matching brackets, undo, errors, completions and explanations. */
import "./allow-editor-markup.ts";
import { createEditor, type PrismEditor } from "prism-code-editor";
import {
  type EditorHotkey,
  editHistory,
  editorCommands,
  indentSelectedLines,
  insertLineAndIndent,
  insertTab,
  moveSelectedLines,
} from "prism-code-editor/commands";
import { highlightBracketPairs } from "prism-code-editor/highlight-brackets";
import "prism-code-editor/languages/json";
import { matchBrackets } from "prism-code-editor/match-brackets";
import type { Completions, Hover, PlacedDiagnostic } from "../../protocol.ts";
import { addCompletionList } from "./completion-list.ts";
import { addHoverText } from "./hover-text.ts";
import "./json-colours.ts";
import { markDiagnostics } from "./marks.ts";
import { rangeOf } from "./text-position.ts";

export interface ScenarioEditor {
  /** Keeps its text, its cursor and what can be undone, wherever it is put. */
  readonly element: HTMLElement;
  /** `text` begins a new story: what came before cannot be brought back with undo. */
  readonly show: (text: string) => void;
  readonly mark: (diagnostics: readonly PlacedDiagnostic[]) => void;
  /** Moves the cursor there, with the focus. */
  readonly goTo: (from: number, to: number) => void;
}

export interface EditorCalls {
  readonly onEdit: (text: string) => void;
  readonly complete: (offset: number) => Promise<Completions>;
  readonly hover: (offset: number) => Promise<Hover | undefined>;
}

/** The text beside the editor that says how to leave it with the keyboard. */
export const editorHelpId = "editor-help";

/** "8" is the Shift key and "1" is Alt. */
const keys: Readonly<Record<string, EditorHotkey>> = {
  Tab(editor) {
    const [start, end] = editor.getSelection();
    return start === end ? insertTab(editor, start) : indentSelectedLines(editor);
  },
  "8+Tab": (editor) => indentSelectedLines(editor, true),
  Enter: (editor) => insertLineAndIndent(editor),
  "1+ArrowDown": (editor) => moveSelectedLines(editor),
  "1+ArrowUp": (editor) => moveSelectedLines(editor, true),
};

export function createScenarioEditor({ onEdit, complete, hover }: EditorCalls): ScenarioEditor {
  const element = document.createElement("div");
  element.className = "editor";
  const history = editHistory();
  const editor = createEditor(
    element,
    { language: "json", value: "", wordWrap: true, onUpdate: onEdit },
    history,
    matchBrackets(false),
    highlightBracketPairs(),
    editorCommands(keys, ['""', "[]", "{}"]),
  );
  editor.textarea.setAttribute("aria-label", "Scenario");
  editor.textarea.setAttribute("aria-describedby", editorHelpId);

  let diagnostics: readonly PlacedDiagnostic[] = [];
  addCompletionList(editor, popup(element, "completions"), complete);
  addHoverText(editor, popup(element, "hover"), hover, () => diagnostics);
  leaveByEscapeAndTab(editor);

  return {
    element,
    show(text) {
      if (text === editor.value) return;
      editor.setOptions({ value: text });
      history.clear();
    },
    mark(next) {
      diagnostics = next;
      markDiagnostics(editor, diagnostics);
    },
    goTo(from, to) {
      editor.textarea.focus({ preventScroll: true });
      editor.textarea.setSelectionRange(from, to);
      rangeOf(editor, from, to)?.startContainer.parentElement?.scrollIntoView({ block: "center" });
    },
  };
}

/**
 * After Escape, Tab goes on to what follows the editor. Escape alone keeps the focus, so that nothing that is typed next is
 * lost. A list that is open takes Escape for itself.
 */
function leaveByEscapeAndTab({ container, textarea, keyCommandMap }: PrismEditor): void {
  let leaving = false;
  // The editor's own Escape drops the focus.
  keyCommandMap.Escape = undefined;
  container.addEventListener(
    "keydown",
    (event) => {
      const { key } = event;
      if (key === "Shift") return;
      if (key === "Tab" && leaving) event.stopPropagation();
      leaving = key === "Escape";
    },
    { capture: true },
  );
  textarea.addEventListener("blur", () => {
    leaving = false;
  });
}

function popup(element: HTMLElement, name: string): HTMLElement {
  const made = document.createElement("div");
  made.className = `popup ${name}`;
  made.hidden = true;
  element.append(made);
  return made;
}
