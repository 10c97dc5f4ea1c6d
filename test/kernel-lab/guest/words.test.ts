import assert from "node:assert/strict";
import { test } from "node:test";
import { layoutOf } from "../../../kernel-lab/guest/layout.ts";
import { observationOf, wordCount } from "../../../kernel-lab/guest/words.ts";
import { setupWith } from "./setup.ts";

const layout = layoutOf(setupWith());
const [present, swapped] = [1n << 63n, 1n << 62n];
/** Of a process that runs: four words, then three for each of five addresses. */
const child = 4 + 3 * 5;
const devices = 2 * child;

const ready = { firstExclusive: 29, release: "6.1" };

function observe(words: Readonly<Record<number, bigint>>, tellsKsm = true) {
  const all = Array.from({ length: wordCount(layout) }, (_, index) => words[index] ?? 0n);
  return observationOf(layout, all, { ...ready, tellsKsm }, { ending: { kind: "done" }, complaints: [] });
}

function entry(pagemap: bigint, kpagecount = 0n, kpageflags = 0n) {
  const { processes, pages } = observe({ 0: 1n, 4: pagemap, 5: kpagecount, 6: kpageflags });
  return { entry: processes.app?.entries["buf[0]"], pages };
}

test("a process that does not run is not there, and without the first one no device sees anything", () => {
  assert.deepEqual(Object.keys(observe({ 0: 1n }).processes), ["app"]);
  const orphan = observe({ [child]: 1n });
  assert.deepEqual(Object.keys(orphan.processes), ["child"]);
  assert.deepEqual(orphan.devices, {});
});

test("counters of pages can be below those at the beginning", () => {
  const app = observe({ 0: 1n, 1: 2n, 2: 0xffffffffffffffffn, 3: 1n }).processes.app;
  assert.deepEqual([app?.rssAnon, app?.rssFile, app?.swap], [2, -1, 1]);
});

test("an entry's kind comes from pagemap, relative to the kernel's first type for exclusive entries", () => {
  const kind = (type: bigint) => entry(swapped | type).entry?.kind;
  assert.equal(entry(0n).entry?.kind, "none");
  assert.equal(entry(present | 5n).entry?.kind, "present");
  assert.deepEqual([29n, 30n].map(kind), ["device_exclusive", "device_exclusive"]);
  assert.deepEqual([24n, 25n, 26n].map(kind), ["migration", "migration", "migration"]);
  assert.deepEqual([0n, 22n].map(kind), ["swap", "swap"]);
  assert.deepEqual([23n, 27n, 28n].map(kind), ["hwpoison", "device_private", "device_private"]);
  assert.equal(kind(31n), "marker");
});

test("soft-dirty and uffd-wp are bits of the entry", () => {
  const bits = (word: bigint) => {
    const found = entry(word).entry;
    return [found?.softDirty, found?.uffdWp];
  };
  assert.deepEqual(bits(present | (1n << 55n)), [true, false]);
  assert.deepEqual(bits(swapped | (1n << 57n)), [false, true]);
});

test("the page's flags are those that an observation shows", () => {
  const { pages } = entry(present | 5n, 2n, (1n << 0n) | (1n << 12n) | (1n << 14n) | (1n << 33n));
  assert.deepEqual(pages, {
    1: {
      mapcount: 2,
      locked: true,
      dirty: false,
      anon: true,
      ksm: false,
      mlocked: true,
      large: false,
      swapBacked: true,
      swapCache: false,
    },
  });
});

test("the first page of a large folio and its other pages have different flags", () => {
  const large = (flags: bigint) => entry(present | 5n, 1n, flags).pages[1]?.large;
  assert.deepEqual([1n << 15n, 1n << 16n, 1n << 14n].map(large), [true, true, false]);
});

test("a page is not said to be merged if the kernel says so of all anonymous pages", () => {
  const words = { 0: 1n, 4: present | 5n, 5: 1n, 6: (1n << 12n) | (1n << 21n) };
  assert.equal(observe(words).pages[1]?.ksm, true);
  assert.equal(observe(words, false).pages[1]?.ksm, undefined);
});

test("the same page has the same number in a present and in an exclusive entry, and the zero page has 0", () => {
  const exclusive = swapped | (77n << 5n) | 29n;
  const zero = 1n << 24n;
  const { processes, pages } = observe({
    ...{ 0: 1n, 4: present | 3n, 6: zero, 7: present | 99n, 8: 1n, 10: exclusive },
    ...{ [child]: 1n, [child + 4]: present | 77n, [child + 7]: present | 99n, [child + 8]: 1n },
  });
  const numbers = (process: string) =>
    ["buf[0]", "buf[1]", "spare[0]"].map((address) => processes[process]?.entries[address]?.page);
  assert.deepEqual(numbers("app"), [0, 1, 2]);
  assert.deepEqual(numbers("child"), [2, 1, undefined]);
  assert.deepEqual(Object.keys(pages), ["1", "2"]);
});

test("a page that has failed or is in a device's memory has a number, and nothing else of it is shown", () => {
  for (const type of [23n, 27n]) {
    const { entry: found, pages } = entry(swapped | (77n << 5n) | type, 1n);
    assert.equal(found?.page, 1);
    assert.deepEqual(pages, {});
  }
});

test("a device's view has what the snapshot permits, whether a PMD maps the page, and whether the device has exclusive access", () => {
  const { devices: views } = observe({
    ...{ 0: 1n, [devices]: 0x11n, [devices + 1]: 0x06n },
    ...{ [devices + 5]: 0x100n, [devices + 6]: 0xffn },
  });
  assert.deepEqual(
    [views.gpu?.["buf[0]"], views.gpu?.["buf[1]"], views.gpu2?.["buf[0]"], views.gpu2?.["buf[1]"]],
    [
      { snapshot: "read", huge: false, exclusive: false },
      { snapshot: "write", huge: true, exclusive: false },
      { snapshot: "none", huge: false, exclusive: true },
      { snapshot: "error", huge: false, exclusive: false },
    ],
  );
});
