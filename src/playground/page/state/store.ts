/** Keeps the state, and calls back after each change: once for all changes of the same turn of the event loop. */
import type { State } from "./state.ts";

export interface Store {
  readonly state: () => State;
  readonly change: (change: Partial<State>) => void;
}

export function createStore(initial: State, onChange: () => void): Store {
  let state = initial;
  let waiting = false;
  return {
    state: () => state,
    change(change) {
      state = { ...state, ...change };
      if (waiting) return;
      waiting = true;
      queueMicrotask(() => {
        waiting = false;
        onChange();
      });
    },
  };
}
