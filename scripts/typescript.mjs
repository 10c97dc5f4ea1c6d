// Preloaded with `node --import ./scripts/typescript.mjs`, so that Node 20 runs our TypeScript as it stands. A worker
// thread inherits this preload, so that it can load a `.ts` file too.
import { register } from "node:module";
import "./late-optimising.mjs";

register("./typescript-hooks.mjs", import.meta.url);
