// Preloaded by tests and scripts.
import { setFlags } from "../bin/v8-flags.js";

// To optimise the code of tests and scripts as early as by default takes a quarter of their processor time.
setFlags([]);
process.setSourceMapsEnabled(true);
