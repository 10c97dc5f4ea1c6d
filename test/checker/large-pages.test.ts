import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { preferHugePages } from "../../src/checker/node/huge-pages.ts";
import { koffiIfInstalled } from "../../src/checker/node/koffi.ts";
import { nodeEnvironment } from "../../src/checker/node/node-environment.ts";
import { prepareSearch } from "../../src/checker/search-setup.ts";
import { searchWith } from "../../src/checker/search-with.ts";
import { peersModel, peersProperties } from "../fixtures/peers-model.ts";

test("only a search with several memories asks for large pages, once for all of them", async () => {
  const program = peersModel(2, true, 150);
  const several = { memoryBytes: 24 * 2 ** 20, bytesPerMemory: 9 * 2 ** 20 };
  const asked: number[] = [];
  const preferLargePages = async ({ length }: readonly WebAssembly.Memory[]): Promise<void> => {
    asked.push(length);
  };
  const search = searchWith({ ...nodeEnvironment, memory: { ...nodeEnvironment.memory, preferLargePages } });
  await search(program, peersProperties, { memoryBytes: several.memoryBytes });
  assert.deepEqual(asked, []);
  await search(program, peersProperties, several);
  const { banks } = prepareSearch(nodeEnvironment, program, peersProperties, several).store.shared;
  assert.ok(banks.length > 1);
  assert.deepEqual(asked, [1 + banks.length]);
});

/** Whether the kernel knows the wish for the memory area of this process that has so many bytes. */
function hasHugePages(bytes: number): boolean {
  const areas = areasOfThisProcess().split(/\n(?=[0-9a-f]+-[0-9a-f]+ )/);
  return areas.some((area) => {
    const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) /.exec(area) ?? [];
    return Number(`0x${to}`) - Number(`0x${from}`) === bytes && /^VmFlags:.* hg\b/m.test(area);
  });
}

/** Only Linux lists them. */
function areasOfThisProcess(): string {
  return process.platform === "linux" ? readFileSync("/proc/self/smaps", "utf8") : "";
}

test("Linux is asked for huge pages for a memory if it has them; otherwise nothing happens", async () => {
  const canBeAsked = areasOfThisProcess().includes("THPeligible") && (await koffiIfInstalled()) !== undefined;
  // No other memory area of this process has this size.
  const pages = 347;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  assert.ok(!hasHugePages(pages * 65536));
  await preferHugePages([memory]);
  assert.equal(hasHugePages(pages * 65536), canBeAsked);
});
