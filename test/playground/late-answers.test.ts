/** An answer that comes after another scenario was opened is dropped. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { exploreActions } from "../../src/playground/page/actions/explore-actions.ts";
import { initialState } from "../../src/playground/page/state/state.ts";
import { createStore } from "../../src/playground/page/state/store.ts";
import type { Answer, Engine, Exploration } from "../../src/playground/protocol.ts";

test("steps by hand that begin in a scenario that was replaced are not shown, nor is their error", async () => {
  const exploration = { trace: { name: "a", text: "", trace: {} }, next: [] } as unknown as Exploration;
  const error = { ok: false, diagnostics: [{ rendered: "error: wrong" }] } as unknown as Answer<Exploration>;
  for (const replaced of [true, false])
    for (const answer of [{ ok: true, value: exploration } as const, error]) {
      const store = createStore(initialState([]), () => {});
      const said: string[] = [];
      const explore: Engine["explore"] = async () => {
        if (replaced) store.change({ opening: 1 });
        return answer;
      };
      const act = exploreActions(store, { explore } as Engine, { say: (message) => said.push(message) });
      await act.exploreFromStart("v8");
      assert.equal(store.state().byHand !== undefined, answer.ok && !replaced);
      assert.equal(said.length, answer.ok || replaced ? 0 : 1);
    }
});
