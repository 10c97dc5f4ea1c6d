// Searches a serialised program once, in a process of its own:
// `node search-once.mjs SEARCH-MODULE MODEL WORKERS [--symmetry]`.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { deserialize } from "node:v8";

const [module = "", model = "", workers, symmetry] = process.argv.slice(2);
const { search } = await import(pathToFileURL(module).href);
const { program, properties } = deserialize(readFileSync(model));
const { states, transitions, depth, complete, seconds } = await search(program, properties, {
  workers: Number(workers),
  symmetries: symmetry === undefined ? [] : program.symmetries,
});
console.log(JSON.stringify({ states, transitions, depth, complete, searchSeconds: seconds }));
