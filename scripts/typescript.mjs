// Preloaded with `node --import ./scripts/typescript.mjs`, so that Node 20 runs our TypeScript as it stands.
// Plain `--import tsx` registers in the main thread only, and there Node 20's worker threads cannot load a `.ts`
// file. A worker inherits this preload, which registers in every thread.
import { register } from "tsx/esm/api";

register();
