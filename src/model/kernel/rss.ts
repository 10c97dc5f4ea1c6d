/** A process's counters of resident and swapped-out pages (struct mm_rss_stat). */
import { add, type Expr } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import type { Machine } from "../machine/machine.ts";
import { decrement } from "./counter.ts";

/** inc_mm_counter() */
export function addToRss(k: Recorder, counter: Expr, pages = 1): void {
  k.set(counter, add(counter, pages));
}

/** dec_mm_counter(). The kernel reports the error when the process ends (check_mm); the model reports it at once. */
export function takeFromRss(k: Recorder, counter: Expr): void {
  decrement(k, counter, "BUG: Bad rss-counter state: a counter falls below zero");
}

/**
 * mm_counter() of a present page: `change` is recorded for the counter of anonymous pages and for the counter of file
 * pages.
 */
export function ofPage(k: Recorder, machine: Machine, mm: number, page: Expr, change: (counter: Expr) => void): void {
  k.if(
    machine.pageAnon(page),
    () => change(machine.rssAnon(mm)),
    () => change(machine.rssFile(mm)),
  );
}
