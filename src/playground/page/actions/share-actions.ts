/** What leaves the page: links, texts and files, each by a click; and files that come in. */
import type { Conversion, Engine, Question, TraceFile } from "../../protocol.ts";
import { download, isTrace, largestFile } from "../sharing/files.ts";
import { tooMuchIn } from "../sharing/limits.ts";
import { fragmentOf, readFragment } from "../sharing/link.ts";
import { repeatText } from "../sharing/repeat-text.ts";
import { shippedText } from "../state/shipped.ts";
import { questionOf } from "../state/state.ts";
import { stillOpen } from "../state/still-open.ts";
import type { Store } from "../state/store.ts";
import { noChoices } from "../state/work.ts";
import type { CheckActions } from "./check-actions.ts";
import type { ScenarioActions } from "./scenario-actions.ts";

export interface ShareActions {
  /** `what` begins a sentence: "The link". If the clipboard is closed, the text is shown to be copied by hand. */
  readonly copy: (what: string, text: string) => Promise<void>;
  readonly copyLink: () => Promise<void>;
  readonly copyAs: (trace: TraceFile, conversion: Conversion) => Promise<void>;
  readonly downloadScenario: () => void;
  readonly downloadTrace: (trace: TraceFile) => void;
  /** The page that `--reporter html` writes. */
  readonly downloadPage: (trace: TraceFile) => Promise<void>;
  readonly downloadReport: (json: string) => void;
  /** A scenario or a trace. */
  readonly openFile: (file: File) => Promise<void>;
  readonly closeText: () => void;
}

export function shareActions(
  store: Store,
  engine: Engine,
  { open, showPanel, say }: ScenarioActions,
  { showTrace }: CheckActions,
): ShareActions {
  async function copy(what: string, text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      say(`${what} is in the clipboard.`);
    } catch {
      store.change({ textToCopy: { what, text } });
    }
  }

  /** Whether it is opened. If it is not, a message says why. */
  function openIfSmall(question: Question): boolean {
    const tooMuch = tooMuchIn(question);
    if (tooMuch !== undefined) {
      say(`${question.file} is not opened: ${tooMuch}.`);
      return false;
    }
    const { file, text, ...choices } = question;
    open({ file, text }, choices);
    return true;
  }

  /** Empty if the question is too large for a link. */
  async function howToRepeat(trace: TraceFile, as: "mail" | "markdown"): Promise<string> {
    const asked = await engine.askedBy(trace);
    if (asked === undefined || tooMuchIn(asked.question) !== undefined) return "";
    const fragment = await fragmentOf(asked.question);
    // The address of a file means nothing on another machine.
    const address = location.protocol === "file:" ? `#${fragment}` : addressWith(fragment);
    return repeatText({ ...asked, shipped: shippedText(asked.question.file, store.state()), address }, as);
  }

  /** Undefined if it is not UTF-8, which the command line refuses too. */
  async function textOf(file: File): Promise<string | undefined> {
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
    } catch {
      say(`${file.name} cannot be read as UTF-8.`);
      return undefined;
    }
  }

  return {
    copy,
    async copyLink() {
      const fragment = await fragmentOf(questionOf(store.state()));
      const read = await readFragment(fragment);
      if (read.kind === "refused") return say(`There is no link that holds all of this: ${read.reason}.`);
      await copy("The link", addressWith(fragment));
      // A message about the clipboard is shown already, or the text itself.
      if (location.protocol === "file:" && store.state().textToCopy === undefined)
        say(
          "The link is in the clipboard. It names this file of your machine; what follows # opens in any copy of the page.",
        );
    },
    async copyAs(trace, conversion) {
      const text = await engine.convert(trace, conversion);
      const isRead = conversion === "mail" || conversion === "markdown";
      await copy("The text", isRead ? text + (await howToRepeat(trace, conversion)) : text);
    },
    downloadScenario() {
      const { source, opened } = store.state();
      download(fileName(source.file), source.text, "application/json");
      // It is saved, so the page can be left without a warning.
      store.change({ opened: { ...opened, source } });
    },
    downloadTrace: ({ name, text }) => download(name, text, "application/json"),
    async downloadPage(trace) {
      download(trace.name.replace(/(\.trace)?\.json$/, ".html"), await engine.convert(trace, "html"), "text/html");
    },
    downloadReport: (json) => download("report.json", json, "application/json"),
    async openFile(file) {
      if (file.size > largestFile) return say(`${file.name} is larger than 64 MiB, so it is not opened.`);
      // The reader may open something else meanwhile.
      const isOpen = stillOpen(store);
      const text = await textOf(file);
      if (!isOpen() || text === undefined) return;
      if (!isTrace(text)) {
        if (openIfSmall({ ...noChoices, file: file.name, text })) showPanel("scenario");
        return;
      }
      const answer = await engine.openTrace(file.name, text);
      if (!isOpen()) return;
      if (!answer.ok) return say(answer.diagnostics.map(({ rendered }) => rendered).join("\n"));
      const { trace, path, replayed } = answer.value;
      const { spec } = trace.trace;
      if (!openIfSmall(path?.question ?? { ...noChoices, file: spec.file, text: spec.content })) return;
      showTrace(trace);
      if (path === undefined) say(replayed.trim());
    },
    closeText: () => store.change({ textToCopy: undefined }),
  };
}

function addressWith(fragment: string): string {
  return `${location.href.split("#", 1)[0]}#${fragment}`;
}

/** Without folders. */
function fileName(file: string): string {
  return file.split("/").at(-1) || "scenario.json";
}
