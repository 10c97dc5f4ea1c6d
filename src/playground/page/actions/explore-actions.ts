/** Steps by hand: from the start of the scenario, or from a step of a trace. */
import type { KernelVersion } from "../../../model/versions/rows.ts";
import { isBroken } from "../../../trace/format.ts";
import type { Answer, Engine, Exploration, ExplorationPath } from "../../protocol.ts";
import { type ByHand, isOnPath } from "../state/by-hand.ts";
import { questionOf } from "../state/state.ts";
import { stillOpen } from "../state/still-open.ts";
import type { Store } from "../state/store.ts";

export interface ExploreActions {
  /** The reader is at this step of the trace. */
  readonly goToStep: (step: number) => void;
  readonly exploreFromStart: (kernel: KernelVersion) => Promise<void>;
  /** Leaves the trace at the step at which the reader is. */
  readonly exploreFromTrace: () => Promise<void>;
  /** The reader is at this step of the path. */
  readonly goToStepOfPath: (step: number) => Promise<void>;
  /** Takes a step that can be taken where the reader is. The path's own next step only leads on along the path. */
  readonly takeStep: (number: number) => Promise<void>;
  readonly undoStep: () => Promise<void>;
}

export function exploreActions(
  store: Store,
  engine: Engine,
  { say }: { readonly say: (message: string) => void },
): ExploreActions {
  function complain(answer: Answer<unknown>): void {
    if (!answer.ok) say(answer.diagnostics.map(({ rendered }) => rendered).join("\n"));
  }

  /** Shows the path at a step, and asks what can be taken there. */
  async function stand(byHand: Omit<ByHand, "isAsking">): Promise<void> {
    store.change({ byHand: { ...byHand, isAsking: true }, panel: "explore" });
    const { path, step } = byHand;
    const isOpen = stillOpen(store);
    const answer = await engine.explore({ ...path, steps: path.steps.slice(0, step) });
    if (!isOpen()) return;
    complain(answer);
    const now = store.state().byHand;
    // The reader may have gone on meanwhile.
    if (answer.ok && now?.path === path && now.step === step)
      store.change({ byHand: { ...now, next: answer.value.next, isAsking: false } });
  }

  async function begin(path: ExplorationPath): Promise<void> {
    const isOpen = stillOpen(store);
    const answer = await engine.explore(path);
    if (!isOpen()) return;
    complain(answer);
    if (!answer.ok) return;
    const { trace, next } = answer.value;
    const byHand = { path, trace, next, isAsking: false, step: path.steps.length, recorded: undefined, before: [] };
    store.change({ byHand, panel: "explore" });
  }

  return {
    goToStep: (step) => store.change({ step }),
    exploreFromStart: (kernel) =>
      begin({ question: questionOf(store.state()), kernel, steps: [], property: undefined }),
    async exploreFromTrace() {
      const { trace, step } = store.state();
      if (trace === undefined) return;
      const isOpen = stillOpen(store);
      const answer = await engine.openTrace(trace.name, trace.text);
      if (!isOpen() || store.state().trace !== trace) return;
      complain(answer);
      if (!answer.ok) return;
      const { path, replayed } = answer.value;
      if (path === undefined) return say(replayed);
      await stand({ path, trace, step, next: [], recorded: path.steps, before: [] });
    },
    async goToStepOfPath(step) {
      const { byHand } = store.state();
      if (byHand !== undefined && byHand.step !== step) await stand({ ...byHand, step });
    },
    async takeStep(number) {
      const { byHand } = store.state();
      // What is shown could be taken before.
      if (byHand === undefined || byHand.isAsking) return;
      if (isOnPath(byHand, number)) return stand({ ...byHand, step: byHand.step + 1 });
      const { path, trace, step, before } = byHand;
      const other = { ...path, steps: [...path.steps.slice(0, step), number] };
      const answer = await engine.explore(other);
      if (store.state().byHand !== byHand) return;
      complain(answer);
      if (!answer.ok) return;
      store.change({
        byHand: {
          ...byHand,
          path: other,
          trace: answer.value.trace,
          next: answer.value.next,
          step: step + 1,
          before: [...before, { path, trace, step }],
        },
        announcement: announced(answer.value),
      });
    },
    async undoStep() {
      const { byHand } = store.state();
      const last = byHand?.before.at(-1);
      if (byHand === undefined || last === undefined) return;
      await stand({ ...byHand, ...last, before: byHand.before.slice(0, -1) });
    },
  };
}

/** For screen readers: the step that was taken, and what it led to. */
function announced({ trace: { trace }, next }: Exploration): string {
  const last = trace.steps.at(-1);
  const taken = last === undefined ? "" : `${last.actor} took ${last.label}. `;
  const violated = isBroken(trace) ? `${trace.property} is violated. ` : "";
  return `${taken}${violated}${next.length} steps can be taken.`;
}
