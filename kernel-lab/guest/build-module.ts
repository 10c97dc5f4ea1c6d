/** Compiles a module for a kernel that was built here. */
import { spawnSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { LabError } from "../lab-error.ts";
import { withFolder } from "./temporary-folder.ts";

/** The module of one C source. `tree`: the folder in which the kernel was built; nothing in it changes. */
export function buildModule(source: string, tree: string): Uint8Array {
  return withFolder((folder) => {
    const name = basename(source, ".c");
    copyFileSync(source, join(folder, `${name}.c`));
    writeFileSync(join(folder, "Makefile"), `obj-m := ${name}.o\n`);
    const { status, stdout, stderr } = spawnSync("make", ["-C", tree, `M=${folder}`, "modules"], { encoding: "utf8" });
    if (status !== 0) throw new LabError(`cannot compile ${source} for ${tree}:\n${stdout ?? ""}${stderr ?? ""}`);
    return readFileSync(join(folder, `${name}.ko`));
  });
}
