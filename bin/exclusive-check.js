#!/usr/bin/env node
import module from "node:module";
import { setFlags } from "./v8-flags.js";

process.on("uncaughtException", fail);
setFlags(process.argv.slice(2));
// Node 22.1 and later keep compiled code between runs, which halves the time to the first line of ours.
module.enableCompileCache?.();
await import("../dist/cli/main.js").catch(fail);

/**
 * What nothing else caught, such as that not even our own files could be opened. Node would end with exit code 1, which
 * says that a verdict differs.
 *
 * @param {NodeJS.ErrnoException} error
 */
function fail(error) {
  if (error?.code === "ERR_MODULE_NOT_FOUND" && /[\\/]dist[\\/]/.test(error.message)) {
    process.stderr.write(
      "error: exclusive-check is not built, or its last build failed\n" +
        "  hint: `npm run build` builds it, and says what is wrong with the sources\n",
    );
    process.exit(2);
  }
  const isLimit = ["EMFILE", "ENFILE", "ENOMEM"].includes(error?.code ?? "");
  const text = isLimit
    ? error.message
    : `This is a bug in exclusive-check; please report it.\n${error?.stack ?? error}`;
  process.stderr.write(`${text}\n`);
  process.exit(isLimit ? 2 : 4);
}
