// Preloaded with `node --import ./scripts/typescript.mjs`, so that Node 20 runs our TypeScript as it stands. A worker
// thread inherits this preload, so that it can load a `.ts` file too.
import { register } from "node:module";
import v8 from "node:v8";

// As in bin/exclusive-check.js. To optimise the code of tests and scripts as early as by default takes a quarter of
// their processor time.
if (process.version.startsWith("v20.")) v8.setFlagsFromString("--interrupt-budget=500000");
register("./typescript-hooks.mjs", import.meta.url);
process.setSourceMapsEnabled(true);
