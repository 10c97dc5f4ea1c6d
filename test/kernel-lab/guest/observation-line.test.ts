import assert from "node:assert/strict";
import { test } from "node:test";
import { observationLine } from "../../../kernel-lab/guest/observation-line.ts";

test("an observation is one line: the ending, processes, pages, devices and complaints", () => {
  const line = observationLine({
    ending: { kind: "error", errno: "EBUSY" },
    processes: {
      app: {
        rssAnon: 1,
        rssFile: 0,
        swap: 0,
        entries: {
          "buf[0]": { kind: "device_exclusive", softDirty: true, uffdWp: false, page: 1 },
          "buf[1]": { kind: "present", softDirty: false, uffdWp: true, page: 0 },
          "buf[2]": { kind: "none", softDirty: false, uffdWp: false, page: undefined },
        },
      },
    },
    pages: {
      1: {
        mapcount: 0,
        locked: false,
        dirty: true,
        anon: true,
        ksm: undefined,
        mlocked: false,
        large: true,
        swapBacked: true,
        swapCache: false,
      },
    },
    devices: { gpu: { "buf[0]": { snapshot: "none", huge: true, exclusive: true } } },
    complaints: ["BUG: Bad page state"],
  });
  assert.equal(
    line,
    [
      "EBUSY",
      "app: anon 1, file 0, swap 0, buf[0] device_exclusive P1 soft-dirty, buf[1] present zero page uffd-wp, buf[2] none",
      "P1: mapcount 0 dirty anon large swapBacked",
      "gpu: buf[0] none huge exclusive",
      'the kernel says "BUG: Bad page state"',
    ].join(" | "),
  );
});
