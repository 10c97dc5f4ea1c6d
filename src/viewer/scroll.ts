/** Scrolls the list of steps to the current one. If a step has the focus, the focus moves too. */
import type { Position } from "./data/history.ts";

/** The row of the position in the list of steps. */
export function currentStepIn(root: HTMLElement): HTMLElement | null {
  return root.querySelector<HTMLElement>('.lanes .move[tabindex="0"]');
}

/** `scrollsPage`: whether also the page is scrolled to the current step. */
export function keepInSight(root: HTMLElement, position: Position, last: Position, scrollsPage: boolean): void {
  const list = root.querySelector<HTMLElement>(".lanes");
  const step = currentStepIn(root);
  if (list === null || step === null) return;
  // In a shadow tree, the document knows only the element around it.
  const { activeElement } = root.getRootNode() as Document | ShadowRoot;
  if (list.contains(activeElement)) step.focus({ preventScroll: true });
  // Below the last step it says what is broken.
  const end = position === last ? list.querySelector(".end") : null;
  const names = list.querySelector(".head")?.getBoundingClientRect().height ?? 0;
  const controls = root.querySelector(".controls")?.getBoundingClientRect().height ?? 0;
  const box = list.getBoundingClientRect();
  list.scrollTop += distance(step, end, box.top + names, box.bottom, Math.min(80, box.height / 4));
  if (scrollsPage) window.scrollBy({ top: distance(step, end, controls, window.innerHeight, 8), behavior: "instant" });
}

/** How far to scroll down for it to be seen between two heights, its end rather than its beginning. */
function distance(from: Element, to: Element | null, top: number, bottom: number, margin: number): number {
  const above = from.getBoundingClientRect().top - top - margin;
  const below = (to ?? from).getBoundingClientRect().bottom - bottom + (to === null ? margin : 0);
  return below > 0 ? Math.ceil(below) : Math.min(0, Math.floor(above));
}
