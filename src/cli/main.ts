import { loadModel } from "./load-model.ts";
import { runAsProgram } from "./run-as-program.ts";

await runAsProgram(loadModel);
