import type * as whole from "../../../checker/checkpoint-keeper.ts";

/** Stands in a bundle for src/checker/checkpoint-keeper.ts: a browser has no files for checkpoints. */
export const keepCheckpoints: typeof whole.keepCheckpoints = () => ({
  onReturn: () => {},
  stop: () => {},
  savedDepth: () => undefined,
});
