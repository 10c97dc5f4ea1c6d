/** Scrolls the list of steps, not the page, to the current one; a focus in the list goes along. */
import type { Position } from "./data/history.ts";

export function keepInSight(root: HTMLElement, position: Position, last: Position): void {
  const list = root.querySelector<HTMLElement>(".lanes");
  const step = list?.querySelector<HTMLElement>('.move[tabindex="0"]');
  if (list === null || step === null || step === undefined) return;
  if (list.contains(document.activeElement)) step.focus({ preventScroll: true });
  // Below the last step it says what is broken.
  if (position === last) {
    list.scrollTop = list.scrollHeight;
    return;
  }
  const [box, own] = [list.getBoundingClientRect(), step.getBoundingClientRect()];
  const margin = Math.min(80, box.height / 4);
  if (own.top < box.top + margin) list.scrollTop -= box.top + margin - own.top;
  else if (own.bottom > box.bottom - margin) list.scrollTop += own.bottom - box.bottom + margin;
}
