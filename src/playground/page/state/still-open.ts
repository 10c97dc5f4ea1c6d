import type { Store } from "./store.ts";

/** Says later whether the same scenario is still open. An answer about one that was replaced is dropped. */
export function stillOpen(store: Pick<Store, "state">): () => boolean {
  const { opening } = store.state();
  return () => store.state().opening === opening;
}
