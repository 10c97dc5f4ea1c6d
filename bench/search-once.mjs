// Searches a serialised program once, with the built checker:
// `node search-once.mjs MODEL --workers N [--symmetry] [--store NAME] [--max-states N] [--memory BYTES]`.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { deserialize } from "node:v8";
import { setFlags } from "../bin/v8-flags.js";

setFlags(process.argv.slice(2));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    workers: { type: "string", default: "1" },
    symmetry: { type: "boolean", default: false },
    store: { type: "string", default: "exact" },
    "max-states": { type: "string" },
    memory: { type: "string" },
  },
});
const { search } = await import(new URL("../dist/checker/search.js", import.meta.url).href);
const { program, properties } = deserialize(readFileSync(positionals[0] ?? ""));
const { states, transitions, depth, complete, seconds } = await search(program, properties, {
  workers: Number(values.workers),
  store: values.store,
  symmetries: values.symmetry ? program.symmetries : [],
  ...(values["max-states"] === undefined ? {} : { maxStates: Number(values["max-states"]) }),
  ...(values.memory === undefined ? {} : { memoryBytes: Number(values.memory) }),
});
console.log(JSON.stringify({ states, transitions, depth, complete, searchSeconds: seconds }));
