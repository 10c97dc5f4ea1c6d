/** Reading the kernel's code, and changing it by clicks. */
import type { KernelVersion } from "../../../model/versions/rows.ts";
import type { Engine, LineName, Question } from "../../protocol.ts";
import { type Code, type CodeSubject, isSameLine, type LineMenu } from "../state/code.ts";
import { codeSubjectOf } from "../state/code-subject.ts";
import { stillOpen } from "../state/still-open.ts";
import type { Store } from "../state/store.ts";
import type { QuestionActions } from "./question-actions.ts";

export interface CodeActions {
  /** Asks for the procedures if others are shown than those of the question. */
  readonly readCode: () => void;
  readonly showKernel: (kernel: KernelVersion) => void;
  readonly showProcedure: (name: string) => void;
  /** Opens the menu of a line, or closes it. */
  readonly switchMenu: (line: LineName, dropped: boolean) => void;
  readonly closeMenu: () => void;
  readonly move: (moving: boolean) => void;
  /** Adds an edit that was offered. */
  readonly makeEdit: (edit: string) => void;
}

export function codeActions(store: Store, engine: Engine, { choose }: QuestionActions): CodeActions {
  let asked: CodeSubject | undefined;
  const change = (code: Partial<Code>) => store.change({ code: { ...store.state().code, ...code } });
  const changeMenu = (menu: Partial<LineMenu>) => {
    const { menu: open } = store.state().code;
    if (open !== undefined) change({ menu: { ...open, ...menu } });
  };
  const closeMenu = () => change({ menu: undefined });

  /** An answer that a later question has overtaken is dropped. */
  async function ask(subject: CodeSubject): Promise<void> {
    asked = subject;
    const answer = await engine.procedures(questionAbout(subject), subject.kernel);
    if (asked === subject) change({ shown: { ...subject, answer } });
  }

  return {
    readCode() {
      const subject = codeSubjectOf(store.state());
      if (subject !== undefined && !isSame(subject, asked)) void ask(subject);
    },
    showKernel: (kernel) => change({ kernel, menu: undefined }),
    showProcedure: (procedure) => change({ procedure, menu: undefined }),
    async switchMenu(line, dropped) {
      const { menu } = store.state().code;
      if (menu !== undefined && menu.dropped === dropped && isSameLine(menu.line, line)) return closeMenu();
      change({ menu: { line, dropped, offers: undefined, moving: false } });
      const subject = codeSubjectOf(store.state());
      if (subject === undefined || dropped) return;
      const isOpen = stillOpen(store);
      const offers = await engine.offers(questionAbout(subject), subject.kernel, line);
      const now = isOpen() ? store.state().code.menu : undefined;
      if (now !== undefined && !now.dropped && isSameLine(now.line, line)) changeMenu({ offers });
    },
    closeMenu,
    move: (moving) => changeMenu({ moving }),
    makeEdit(edit) {
      closeMenu();
      choose({ edits: [...store.state().choices.edits, edit] });
      store.change({ announcement: `Edited: ${edit}` });
    },
  };
}

function questionAbout({ source, choices }: CodeSubject): Question {
  return { ...source, ...choices };
}

/** Parts of the state are replaced when they change, and kept when they do not. */
function isSame(one: CodeSubject, other: CodeSubject | undefined): boolean {
  return one.source === other?.source && one.choices === other.choices && one.kernel === other.kernel;
}
