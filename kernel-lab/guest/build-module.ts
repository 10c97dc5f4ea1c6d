/** Compiles a module for a kernel that was built here. */
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { make } from "./make.ts";
import { withFolder } from "./temporary-folder.ts";

/** The module of one C source. `tree`: the folder in which the kernel was built; nothing in it changes. */
export function buildModule(source: string, tree: string): Uint8Array {
  return withFolder((folder) => {
    const name = basename(source, ".c");
    copyFileSync(source, join(folder, `${name}.c`));
    writeFileSync(join(folder, "Makefile"), `obj-m := ${name}.o\n`);
    make(["-C", tree, `M=${folder}`, "modules"], `the module ${name} for ${tree}`);
    return readFileSync(join(folder, `${name}.ko`));
  });
}
