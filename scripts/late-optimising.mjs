// Preloaded by tests and scripts.
import v8 from "node:v8";

// As in bin/exclusive-check.js. To optimise the code of tests and scripts as early as by default takes a quarter of
// their processor time.
if (process.version.startsWith("v20.")) v8.setFlagsFromString("--interrupt-budget=500000");
process.setSourceMapsEnabled(true);
