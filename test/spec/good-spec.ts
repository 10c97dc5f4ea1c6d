/** A spec that has some of everything, for tests to resolve and to break. */
export const goodSpec = `{
  "$schema": "../schema/spec.schema.json",
  // Comments are fine.
  "name": "fork-race",
  "description": "fork() copies a range in which a device holds a page exclusively.",
  "kernels": {
    "v8": { "violates": ["no-deadlock"], "without": ["restore-notifies"] },
    "v5.14": "holds",
    "v6.4": { "holds": true, "with": ["fork-flushes-tlb"] }
  },
  "with": ["zap-flushes-tlb"],
  "without": ["fork-flushes-tlb"],
  "system": {
    "pages": 3,
    "processes": {
      "parent": {
        "vmas": {
          "buf": { "pages": 2, "flags": ["read", "write"], "backing": "anonymous" },
          "file": { "pages": 1, "flags": ["read"], "backing": "private-file" }
        }
      }
    },
    "devices": { "gpu": { "driver": "nouveau" } }
  },
  "initially": [
    { "actor": "writer", "store": "buf[0]" },
    { "actor": "engine", "atomic": "buf[1]" }
  ],
  "actors": {
    "forker": { "process": "parent", "run": [{ "fork": "child" }] },
    "writer": {
      "process": "parent",
      "run": [{ "any": [{ "load": "buf[1]" }, { "madvise_dontneed": "buf" }], "times": 2 }, { "truncate": "file" }]
    },
    "reader": { "process": "child", "run": [{ "load": "file[0]" }] },
    "engine": { "device": "gpu", "process": "parent", "run": [{ "atomic": "buf[0]" }] }
  },
  "properties": [
    "no-deadlock",
    "no-lost-reference",
    { "name": "few-references", "sentence": "Few refer to a page.", "expr": "pages.all(p, p.refcount <= 3)" },
    { "name": "stores", "on": "cpu_store", "premise": "true", "expr": "event.page\\n  == \\u0030" },
    { "name": "steps", "on": "step", "expr": "true" }
  ],
  "sometimes": [{ "name": "the page is shared", "expr": "pages.exists(p, p.refcount > 1)" }],
  "search": { "depth": 200 }
}
`;
