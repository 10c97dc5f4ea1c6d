/** `exclusive-check init [file]`: writes a scenario as a starting point. */
import { basename, dirname } from "node:path";
import { usageError } from "../../diagnostics/usage-error.ts";
import { makeFolder } from "../../files/make-folder.ts";
import { writeNewFile } from "../../files/new-file.ts";
import { reasonOf } from "../../files/system-errors.ts";
import { typedCommand } from "../../text/typed-command.ts";
import type { Output } from "../surroundings/surroundings.ts";

/** Writes a new file. Never changes an existing one. */
export function initCommand(file: string, stdout: Output): void {
  try {
    makeFolder(dirname(file));
    writeNewFile(file, scenarioNamed(basename(file, ".json")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST")
      throw usageError(`${file} already exists`, `name another file: ${typedCommand("init my-race.json")}`);
    throw usageError(`${file} cannot be written: ${reasonOf(error)}`, undefined, "cli/unwritable");
  }
  stdout.write(`${file} is written. Now run:\n  ${typedCommand(file)}\n`);
}

/** A small scenario. Each of its kernels violates properties, so that the first run shows a counterexample. */
function scenarioNamed(name: string): string {
  return `{
  // A name for reports, and a sentence that says what the scenario asks.
  "name": ${JSON.stringify(name)},
  "description": "A CPU writes to a page while a device makes it exclusive and another thread unmaps it.",

  // The kernels to check, each with the expected verdict: "holds" or
  // { "violates": ["a-property"] }; null expects nothing. "v6.15+" means v6.15 and every
  // later version. All versions: \`${typedCommand("list kernels")}\`.
  "kernels": {
    "v5.14": { "violates": ["no-use-after-free", "kernel-assertions"] },
    "v6.15+": { "violates": ["kernel-assertions", "lock-discipline"] }
  },

  // The machine: physical pages, processes with their VMAs, devices with their drivers.
  "system": {
    "pages": 1,
    "processes": {
      "parent": { "vmas": { "buf": { "pages": 1, "flags": ["read", "write"], "backing": "anonymous" } } }
    },
    "devices": { "gpu": { "driver": "nouveau" } }
  },

  // What has happened before the interleavings begin: the page has been written to.
  "initially": [{ "actor": "writer", "store": "buf[0]" }],

  // The actors. All of them run at the same time, and each runs its operations in order.
  // \`${typedCommand("list operations")}\` lists the operations; \`${typedCommand("explain munmap")}\` shows the steps of one.
  "actors": {
    "writer": { "process": "parent", "run": [{ "store": "buf[0]" }] },
    "unmapper": { "process": "parent", "run": [{ "madvise_dontneed": "buf[0]" }] },
    "engine": { "device": "gpu", "process": "parent", "run": [{ "atomic": "buf[0]" }] }
  },

  // The properties to check: all built-in ones, a list of names, or your own (docs/properties.md).
  "properties": "all",

  // States that must be reachable. Without them, the scenario does not test what you think it tests.
  "sometimes": [
    {
      "name": "the device holds the page exclusively",
      "expr": "ptes.exists(e, e.kind == \\"device_exclusive\\")"
    }
  ]
}
`;
}
