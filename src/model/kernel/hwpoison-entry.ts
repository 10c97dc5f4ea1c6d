/** The entry that takes the place of a mapping of a page with a hardware error: an access ends in SIGBUS. */
import { makeWord } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import type { Machine } from "../machine/machine.ts";
import { type Mapping, unmarkMlocked } from "./mlocked.ts";
import { removeMapping } from "./page.ts";
import { takeFromRss } from "./rss.ts";
import { forgetEntry } from "./tracking.ts";

/** Part of a step under the page-table lock. The mapping's reference is left to the caller. */
export function replaceByHwpoison(k: Recorder, machine: Machine, { mm, va, page }: Mapping): void {
  k.set(machine.pte(mm, va), makeWord(machine.types.pte, { kind: "hwpoison", pfn: page }));
  takeFromRss(k, machine.rssAnon(mm));
  removeMapping(k, machine, page);
  forgetEntry(k, machine, mm, va);
  unmarkMlocked(k, machine, { mm, va, page });
}
