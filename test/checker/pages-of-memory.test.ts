import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { release } from "node:os";
import { test } from "node:test";
import type { SearchOptions } from "../../src/checker/contract/search-types.ts";
import type { SupplyPages } from "../../src/checker/memory/reserve-memory.ts";
import { preferHugePages } from "../../src/checker/node/huge-pages.ts";
import { koffiIfInstalled } from "../../src/checker/node/koffi.ts";
import { nodeEnvironment } from "../../src/checker/node/node-environment.ts";
import { pageSupplier } from "../../src/checker/node/supply-pages.ts";
import { prepareSearch } from "../../src/checker/search-setup.ts";
import { searchWith } from "../../src/checker/search-with.ts";
import type { Program } from "../../src/ir/program.ts";
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

interface Range {
  readonly from: number;
  readonly to: number;
}

/** What a search with these options asks for, as ranges of addresses. */
async function supplied(program: Program, options: SearchOptions): Promise<Range[]> {
  const ranges: Range[] = [];
  const supply: SupplyPages = (_, from, to) => ranges.push({ from, to });
  const memory = { ...nodeEnvironment.memory, pageSupplier: async () => supply };
  await searchWith({ ...nodeEnvironment, memory })(program, peersProperties, options);
  return ranges;
}

/** 352,617 states of 88 bytes. */
const large = peersModel(3, false, 20);

test("a search that uses more than 8 MiB asks for the pages of its table and its states, and for none twice", async () => {
  const alone = await supplied(large, { workers: 1 });
  const { plan } = prepareSearch(nodeEnvironment, large, peersProperties, { workers: 1 }).store.shared;
  for (const start of [plan.tableAt, plan.statesAt]) assert.ok(alone.some(({ from }) => from === start));
  // How often several workers' main thread looks depends on the time that they take.
  for (const ranges of [alone, await supplied(large, { workers: 2 })]) {
    let end = 0;
    for (const { from, to } of ranges.toSorted((a, b) => a.from - b.from)) {
      assert.ok(from >= end && to - from >= 2 ** 18);
      end = to;
    }
  }
});

test("a small search asks for no pages, nor does one whose states leave the memory", async () => {
  assert.deepEqual(await supplied(peersModel(2), {}), []);
  assert.deepEqual(await supplied(large, { store: "tree", workers: 1 }), []);
});

/** The lines of /proc/self/smaps about the memory area of this process that has so many bytes. */
function areaOf(bytes: number): string | undefined {
  const areas = areasOfThisProcess().split(/\n(?=[0-9a-f]+-[0-9a-f]+ )/);
  return areas.find((area) => {
    const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) /.exec(area) ?? [];
    return Number(`0x${to}`) - Number(`0x${from}`) === bytes;
  });
}

/** Only Linux lists them. */
function areasOfThisProcess(): string {
  return process.platform === "linux" ? readFileSync("/proc/self/smaps", "utf8") : "";
}

/** No other memory area of this process has one of these sizes. */
function memoryOf(pages: 347 | 349): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
}

test("Linux is asked for huge pages for a memory if it has them; otherwise nothing happens", async () => {
  const canBeAsked = areasOfThisProcess().includes("THPeligible") && (await koffiIfInstalled()) !== undefined;
  const memory = memoryOf(347);
  const hasHugePages = () => /^VmFlags:.* hg\b/m.test(areaOf(memory.buffer.byteLength) ?? "");
  assert.ok(!hasHugePages());
  await preferHugePages([memory]);
  assert.equal(hasHugePages(), canBeAsked);
});

test("Linux provides the pages that it is asked for, and what they hold stays", async () => {
  const supply = await pageSupplier();
  const isNewEnough = process.platform === "linux" && !/^([0-4]\.|5\.([0-9]|1[0-3])\.)/.test(release());
  assert.equal(supply !== undefined, process.platform === "linux" && (await koffiIfInstalled()) !== undefined);
  const memory = memoryOf(349);
  const bytes = new Uint8Array(memory.buffer);
  bytes[5000] = 7;
  supply?.(memory, 4500, 10 * 65536);
  assert.equal(bytes[5000], 7);
  const [, kib] = /^Rss: +(\d+) kB/m.exec(areaOf(bytes.length) ?? "") ?? [];
  if (supply !== undefined && isNewEnough) assert.equal(Number(kib), 640 - 4);
});
