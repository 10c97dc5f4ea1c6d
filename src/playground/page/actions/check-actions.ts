/** Starting and stopping a check, and opening the traces that it found. */
import type { CheckEvent, CheckReport, Engine, TraceFile } from "../../protocol.ts";
import { questionOf, type RunningCheck } from "../state/state.ts";
import type { Store } from "../state/store.ts";

export interface CheckActions {
  /** Does nothing while a check runs. */
  readonly check: () => Promise<void>;
  readonly stop: () => void;
  readonly showTrace: (trace: TraceFile) => void;
}

const begin: RunningCheck = {
  kind: "running",
  kernel: undefined,
  number: 0,
  of: 0,
  progress: undefined,
  results: [],
  stopping: false,
};

export function checkActions(store: Store, engine: Engine): CheckActions {
  let number = 0;
  /** The engine runs one check at a time. One whose scenario was replaced is stopped, and may still be ending. */
  let ended: Promise<unknown> = Promise.resolve();

  /** Events and the end of a check whose scenario was replaced are dropped. */
  function isCurrent(one: number): boolean {
    return one === number && store.state().check.kind === "running";
  }

  function onEvent(event: CheckEvent): void {
    const { check } = store.state();
    if (check.kind === "running") store.change({ check: after(event, check) });
  }

  return {
    async check() {
      if (store.state().check.kind === "running") return;
      const one = ++number;
      const question = questionOf(store.state());
      store.change({ check: begin, panel: "result", message: "", announcement: "Checking" });
      // One search at a time.
      if (store.state().reasons.asked.kind === "running") await engine.stop();
      await ended;
      if (!isCurrent(one)) return;
      const answering = engine.check(question, (event) => isCurrent(one) && onEvent(event));
      ended = answering.catch(() => {});
      try {
        const answer = await answering;
        if (!isCurrent(one)) return;
        store.change({
          check: answer.ok
            ? { kind: "done", report: answer.value, question }
            : { kind: "refused", diagnostics: answer.diagnostics },
          announcement: answer.ok ? verdictsOf(answer.value) : "The question has errors.",
        });
      } catch (error) {
        const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
        if (isCurrent(one)) store.change({ check: { kind: "failed", message }, announcement: "Internal error" });
      }
    },
    stop() {
      const { check } = store.state();
      if (check.kind !== "running" || check.stopping) return;
      store.change({ check: { ...check, stopping: true } });
      void engine.stop();
    },
    showTrace: (trace) => store.change({ trace, step: 0, panel: "trace" }),
  };
}

function verdictsOf({ results, stopped }: CheckReport): string {
  const verdicts = results.map(({ kernel, verdict }) => `${kernel}: ${verdict}`).join(", ");
  return stopped ? `Stopped. ${verdicts}` : verdicts;
}

function after(event: CheckEvent, check: RunningCheck): RunningCheck {
  switch (event.kind) {
    case "begins":
      return { ...check, kernel: event.kernel, number: event.number, of: event.of, progress: undefined };
    case "progress":
      return { ...check, progress: event.progress };
    case "result":
      return { ...check, results: [...check.results, event.result] };
  }
}
