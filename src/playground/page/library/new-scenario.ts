import type { Source } from "../../protocol.ts";

/** To begin with: small, complete, and without an expected verdict. */
export const newScenario: Source = {
  file: "scenario.json",
  text: `{
  "name": "scenario",
  "description": "A thread writes to a page while a device does an atomic in it.",
  "kernels": { "v6.4": "unknown", "v6.15": "unknown" },
  "system": {
    "pages": 2,
    "processes": {
      "parent": { "vmas": { "buf": { "pages": 1, "flags": ["read", "write"], "backing": "anonymous" } } }
    },
    "devices": { "gpu": { "driver": "nouveau" } }
  },
  "actors": {
    "writer": { "process": "parent", "run": [{ "store": "buf[0]" }] },
    "engine": { "device": "gpu", "process": "parent", "run": [{ "atomic": "buf[0]" }] }
  },
  "properties": "all"
}
`,
};
