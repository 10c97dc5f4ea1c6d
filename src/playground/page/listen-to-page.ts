/** What reaches the page from outside of its controls: keys, dropped files, the address, and the reader leaving. */
import type { Actions } from "./actions/actions.ts";
import { readFragment } from "./sharing/link.ts";
import type { Store } from "./state/store.ts";
import { wasEdited } from "./state/work.ts";
import type { WorkHistory } from "./state/work-history.ts";

/** A link to a shipped scenario by its file: `#specs/fork-race.json`. */
const shipped = /^#(specs\/[\w/-]+\.json)$/;

export function listenToPage(root: HTMLElement, store: Store, act: Actions, history: WorkHistory): void {
  /** A new entry of the browser's history has an address; an old one has the reader's work. */
  async function openEntry(): Promise<void> {
    const kept = history.enter();
    if (kept !== undefined) return act.resume(kept);
    const [, file] = shipped.exec(location.hash) ?? [];
    const source = store.state().library.find((one) => one.file === file);
    if (source !== undefined) {
      act.openAddressed(source);
      act.showPanel("scenario");
      return;
    }
    const { hash } = location;
    const link = await readFragment(hash);
    // Another link may have been followed meanwhile.
    if (hash !== location.hash) return;
    if (link.kind === "none" && hash.length > 1) act.say("The address names nothing that the page can open.");
    if (link.kind === "refused") act.say(`The link cannot be read: ${link.reason}.`);
    if (link.kind !== "question") return;
    const { file: name, text, ...choices } = link.question;
    act.openAddressed({ file: name, text }, choices);
    act.showPanel("scenario");
  }

  // Before the editor, in which Enter begins a new line.
  window.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      event.stopPropagation();
      if (store.state().source.text !== "") void act.check();
    },
    { capture: true },
  );
  window.addEventListener("dragover", (event) => {
    event.preventDefault();
    root.classList.add("dropping");
  });
  window.addEventListener("dragleave", ({ relatedTarget }) => {
    if (relatedTarget === null) root.classList.remove("dropping");
  });
  window.addEventListener("drop", (event) => {
    event.preventDefault();
    root.classList.remove("dropping");
    const [file] = event.dataTransfer?.files ?? [];
    if (file !== undefined) void act.openFile(file);
  });
  window.addEventListener("beforeunload", (event) => {
    history.keep();
    if (wasEdited(store.state())) event.preventDefault();
  });
  window.addEventListener("popstate", () => void openEntry());
  // The engine answers what a reader can cause with diagnostics. Anything else is a bug.
  window.addEventListener("unhandledrejection", ({ reason }) => {
    act.say(`Internal error: ${reason instanceof Error ? (reason.stack ?? reason.message) : reason}`);
  });
  root.addEventListener("keydown", ({ key, target }) => {
    const menu = (target as Element).closest<HTMLDetailsElement>("details.menu[open]");
    if (key !== "Escape" || menu === null) return;
    menu.open = false;
    menu.querySelector("summary")?.focus();
  });
  // And after a choice.
  root.addEventListener("click", ({ target }) => {
    const menu = (target as Element).closest("button")?.closest<HTMLDetailsElement>("details.menu[open]");
    if (menu === null || menu === undefined) return;
    menu.open = false;
    menu.querySelector("summary")?.focus();
  });
  // A menu closes when the reader goes elsewhere.
  root.addEventListener("focusout", ({ target, relatedTarget }) => {
    const menu = (target as Element).closest<HTMLDetailsElement>("details.menu");
    if (menu !== null && !menu.contains(relatedTarget as Node | null)) menu.open = false;
  });
  void openEntry();
}
