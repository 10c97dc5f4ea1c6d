/** Asking what lines of the kernel are there for. */
import type { KernelVersion } from "../../../model/versions/rows.ts";
import type { Engine, ToldLine } from "../../protocol.ts";
import { kernelsOf } from "../state/kernels.ts";
import type { Reasons } from "../state/reasons.ts";
import type { Store } from "../state/store.ts";
import { noChoices } from "../state/work.ts";
import type { CheckActions } from "./check-actions.ts";
import type { ScenarioActions } from "./scenario-actions.ts";

export interface WhyActions {
  readonly nameLine: (what: string) => void;
  /** Asks about a procedure or `PROCEDURE: STEP`, on the kernels of the question. */
  readonly askWhy: (what: string) => Promise<void>;
  readonly stopWhy: () => void;
  /** Checks the scenario that breaks without the line. */
  readonly showBreak: (needed: NonNullable<ToldLine["needed"]>, kernel: KernelVersion) => void;
}

export function whyActions(
  store: Store,
  engine: Engine,
  { open }: ScenarioActions,
  { check }: CheckActions,
): WhyActions {
  const change = (reasons: Partial<Reasons>) => store.change({ reasons: { ...store.state().reasons, ...reasons } });

  return {
    nameLine: (what) => change({ what }),
    async askWhy(what) {
      // One search at a time.
      const { check: searching, reasons } = store.state();
      if (searching.kind === "running" || reasons.asked.kind === "running") return;
      change({ what, asked: { kind: "running", told: "", lines: [], remark: undefined } });
      store.change({ panel: "why", announcement: "Searching" });
      let asked: Reasons["asked"] = { kind: "nothing" };
      try {
        const answer = await engine.why(what, kernelsOf(store.state()), (progress) => {
          if (store.state().reasons.asked.kind === "running") change({ asked: { kind: "running", ...progress } });
        });
        asked = answer.ok
          ? { kind: "answered", answer: answer.value }
          : { kind: "refused", diagnostics: answer.diagnostics };
        store.change({ announcement: answer.ok ? (answer.value.text.split("\n").at(-1) ?? "") : "There is an error." });
      } finally {
        change({ asked });
      }
    },
    stopWhy: () => void engine.stop(),
    showBreak({ scenario, edits }, kernel) {
      const source = store.state().library.find(({ file }) => file === scenario);
      if (source === undefined) return;
      open(source, { ...noChoices, kernels: [kernel], edits });
      void check();
    },
  };
}
