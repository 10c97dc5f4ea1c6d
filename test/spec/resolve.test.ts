import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { featuresOf } from "../../src/model/features/catalogue.ts";
import type { Scenario } from "../../src/model/scenario/scenario.ts";
import { kernelVersions } from "../../src/model/versions/rows.ts";
import { builtInProperties } from "../../src/properties/built-in/built-in-properties.ts";
import { loadSpec } from "../../src/spec/load-spec.ts";
import { parseSpec } from "../../src/spec/parse-spec.ts";
import { goodSpec } from "./good-spec.ts";

const spec = parseSpec(goodSpec, "specs/fork-race.json");

const pages = (vma: string, first: number, count = 1) => ({ kind: "pages", vma, first, count }) as const;

test("a spec becomes the scenario that the model takes", () => {
  const vmas = [
    { name: "buf", pages: 2, flags: ["read", "write"], backing: "anonymous", folio: 1, pmdMapped: false },
    { name: "file", pages: 1, flags: ["read"], backing: "private-file", folio: 1, pmdMapped: false },
  ] as const;
  const scenario: Scenario = {
    system: {
      pages: 3,
      swap: 1,
      memory: "enough",
      processes: [
        { name: "parent", vmas, forkedFrom: undefined },
        { name: "child", vmas, forkedFrom: "parent" },
      ],
      devices: [{ name: "gpu", driver: "nouveau", memory: 0 }],
    },
    initially: [
      { actor: "writer", call: { operation: "store", target: pages("buf", 0) } },
      { actor: "engine", call: { operation: "atomic", target: pages("buf", 1) } },
    ],
    actors: [
      {
        name: "forker",
        kind: "thread",
        process: "parent",
        device: undefined,
        run: [{ kind: "operation", call: { operation: "fork", target: { kind: "process", process: "child" } } }],
      },
      {
        name: "writer",
        kind: "thread",
        process: "parent",
        device: undefined,
        run: [
          {
            kind: "any",
            calls: [
              { operation: "load", target: pages("buf", 1) },
              { operation: "madvise_dontneed", target: pages("buf", 0, 2) },
            ],
            times: 2,
          },
          { kind: "operation", call: { operation: "truncate", target: pages("file", 0) } },
        ],
      },
      {
        name: "reader",
        kind: "thread",
        process: "child",
        device: undefined,
        run: [{ kind: "operation", call: { operation: "load", target: pages("file", 0) } }],
      },
      {
        name: "engine",
        kind: "engine",
        process: "parent",
        device: "gpu",
        run: [{ kind: "operation", call: { operation: "atomic", target: pages("buf", 0) } }],
      },
    ],
  };
  assert.deepEqual(spec.scenario, scenario);
  assert.deepEqual([spec.name, spec.search, spec.file], ["fork-race", { depth: 200 }, "specs/fork-race.json"]);
});

test("each kernel has its expectation and its features, and its own changes override the file's", () => {
  const general = { counts: {}, with: ["zap-flushes-tlb"] };
  assert.deepEqual(spec.kernels, [
    {
      kernel: "v8",
      expected: { verdict: "violates", properties: ["no-deadlock"] },
      ...general,
      without: ["fork-flushes-tlb", "restore-notifies"],
    },
    { kernel: "v5.14", expected: { verdict: "holds" }, ...general, without: ["fork-flushes-tlb"] },
    {
      kernel: "v6.4",
      expected: { verdict: "holds" },
      counts: {},
      with: ["zap-flushes-tlb", "fork-flushes-tlb"],
      without: [],
    },
  ]);
  const flushes = spec.kernels.map((run) => featuresOf(run.kernel, run).has("fork-flushes-tlb"));
  assert.deepEqual(flushes, [false, false, true]);
});

test("a range is a run of each version in it, in the usual order, for any order in the file", () => {
  const kernels = { "v6.15+": "holds", "v5.14..v6.4": { violates: ["no-deadlock"] }, v8: "unknown" };
  const { kernels: runs, locate } = parseSpec(JSON.stringify({ ...smallSpec, kernels }, null, 1), "x.json");
  const [violates, holds] = [{ verdict: "violates", properties: ["no-deadlock"] }, { verdict: "holds" }];
  const expected = new Map(runs.map((run) => [run.kernel, run.expected]));
  assert.deepEqual([expected.get("v8"), expected.get("v5.14"), expected.get("v6.4")], [undefined, violates, violates]);
  assert.deepEqual(expected.get("v6.15"), holds);
  assert.deepEqual([...expected.keys()], kernelVersions);
  const [ranged, open] = [locate(["kernels", "v6.4"]), locate(["kernels", "v6.15"])];
  assert.deepEqual([ranged, open], [locate(["kernels", "v5.14..v6.4"]), locate(["kernels", "v6.15+"])]);
  assert.ok(open.line < ranged.line);
});

test("a kernel may have no expectation", () => {
  for (const none of ['"unknown"', "null", '{ "without": ["restore-notifies"] }']) {
    const [, run] = parseSpec(
      goodSpec.replace('"v5.14": "holds"', () => `"v5.14": ${none}`),
      "x.json",
    ).kernels;
    assert.deepEqual([run?.kernel, run?.expected], ["v5.14", undefined]);
  }
});

test("properties are the built-in ones that are named, in their usual order, and the file's own", () => {
  assert.deepEqual(
    spec.properties.map(({ name }) => name),
    ["no-lost-reference", "no-deadlock", "few-references", "stores", "steps"],
  );
  assert.deepEqual(spec.properties.slice(2), [
    {
      name: "few-references",
      sentence: "Few refer to a page.",
      checks: [{ kind: "state", expr: "pages.all(p, p.refcount <= 3)" }],
    },
    {
      name: "stores",
      sentence: "Its expression in the scenario holds.",
      checks: [{ kind: "step", on: "cpu_store", premise: "true", expr: "event.page\n  == 0" }],
    },
    { name: "steps", sentence: "Its expression in the scenario holds.", checks: [{ kind: "step", expr: "true" }] },
  ]);
  assert.deepEqual(spec.sometimes, [{ name: "the page is shared", expr: "pages.exists(p, p.refcount > 1)" }]);
});

const smallSpec = {
  name: "small",
  kernels: { v8: "holds" },
  system: { pages: 1, processes: { p: { vmas: { m: { pages: 1 } } } } },
  actors: { a: { process: "p", run: [{ load: "m[0]" }] } },
};

test("a value that a spec leaves out has its default", () => {
  const small = parseSpec(JSON.stringify(smallSpec), "small.json");
  assert.deepEqual(
    small.properties,
    builtInProperties.filter(({ optional }) => optional !== true),
  );
  assert.deepEqual(small.scenario.system.processes[0]?.vmas, [
    { name: "m", pages: 1, flags: ["read", "write"], backing: "anonymous", folio: 1, pmdMapped: false },
  ]);
  const { initially, system } = small.scenario;
  assert.equal(system.swap, 1);
  assert.deepEqual(
    [initially, system.devices, small.sometimes, small.search, small.with, small.without, small.description],
    [[], [], [], {}, [], [], undefined],
  );
  assert.deepEqual(
    parseSpec(JSON.stringify({ ...smallSpec, properties: ["all"] }), "x.json").properties,
    small.properties,
  );
});

test("a name after a dash leaves a property out, of all or of those that another entry names", () => {
  const checked = (properties: readonly unknown[]) =>
    parseSpec(JSON.stringify({ ...smallSpec, properties }), "x.json").properties.map(({ name }) => name);
  const all = checked(["all"]);
  assert.deepEqual(
    checked(["all", "-no-deadlock", "-no-lost-dirty"]),
    all.filter((name) => name !== "no-deadlock" && name !== "no-lost-dirty"),
  );
  assert.deepEqual(checked(["-soft-dirty-exact", "all", "soft-dirty-exact"]), all);
});

test("a child can fork, before or after its parent in the file, and act once it exists", () => {
  const actors = {
    grandchild: { process: "p3", run: [{ load: "m[0]" }] },
    child: { process: "p2", run: [{ fork: "p3" }] },
    parent: { process: "p", run: [] },
  };
  const initially = [
    { actor: "parent", fork: "p2" },
    { actor: "child", store: "m[0]" },
  ];
  const { scenario } = parseSpec(JSON.stringify({ ...smallSpec, actors, initially }), "x.json");
  assert.deepEqual(
    scenario.system.processes.map(({ name, forkedFrom, vmas }) => [name, forkedFrom, vmas.length]),
    [
      ["p", undefined, 1],
      ["p2", "p", 1],
      ["p3", "p2", 1],
    ],
  );
});

test("two engines of one device can work in one process", () => {
  const engine = { device: "gpu", process: "p", run: [{ atomic: "m[0]" }] };
  const system = { ...smallSpec.system, devices: { gpu: { driver: "test_hmm" } } };
  const { scenario } = parseSpec(
    JSON.stringify({ ...smallSpec, system, actors: { e1: engine, e2: engine } }),
    "x.json",
  );
  assert.deepEqual(
    scenario.actors.map(({ kind, device }) => [kind, device]),
    [
      ["engine", "gpu"],
      ["engine", "gpu"],
    ],
  );
});

test("a file is read as it is, with a byte order mark or without", () => {
  const folder = mkdtempSync(join(tmpdir(), "spec-"));
  try {
    const file = join(folder, "a.json");
    writeFileSync(file, `\ufeff${goodSpec}`);
    assert.deepEqual(loadSpec(file).scenario, spec.scenario);
    assert.equal(loadSpec(file).text, goodSpec);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("KSM works on single pages, and is refused on folios of two; memory_failure and mlock are not", () => {
  const system = { pages: 2, processes: { p: { vmas: { m: { pages: 2, folio: 2 } } } } };
  const parse = (operation: object) => {
    const actors = { a: { process: "p", run: [operation] } };
    return parseSpec(JSON.stringify({ ...smallSpec, system, actors }), "folios.json");
  };
  assert.throws(() => parse({ ksm_merge: "m" }), /ksm_merge works on the first two single pages/);
  assert.equal(parse({ memory_failure: "m[0]" }).scenario.system.processes[0]?.vmas[0]?.folio, 2);
  assert.equal(parse({ mlock: "m" }).scenario.system.processes[0]?.vmas[0]?.folio, 2);
});

test("a VMA moves only to one with folios of the same size", () => {
  const actors = { a: { process: "p", run: [{ mremap: "m -> spare" }] } };
  const parse = (spare: object) => {
    const system = {
      pages: 2,
      processes: { p: { vmas: { m: { pages: 2, folio: 2 }, spare: { pages: 2, ...spare } } } },
    };
    return parseSpec(JSON.stringify({ ...smallSpec, system, actors }), "folios.json");
  };
  assert.throws(() => parse({}), /the same "folio"/);
  assert.equal(parse({ folio: 2 }).scenario.system.processes[0]?.vmas[1]?.folio, 2);
});

test("PAGEMAP_SCAN needs asynchronous write protection, which is for anonymous memory, also if a PMD maps it", () => {
  const actors = { a: { process: "p", run: [{ pagemap_scan: "m" }] } };
  const parse = (vma: object) => {
    const system = { pages: 2, processes: { p: { vmas: { m: { pages: 2, ...vma } } } } };
    return parseSpec(JSON.stringify({ ...smallSpec, system, actors }), "x.json");
  };
  parse({ userfaultfd: "async" });
  assert.throws(() => parse({ userfaultfd: "unpopulated" }), /expected "userfaultfd": "async"/);
  parse({ userfaultfd: "async", folio: 2 });
  parse({ userfaultfd: "async", folio: 2, pmdMapped: true });
  assert.throws(() => parse({ userfaultfd: "async", backing: "private-file" }), /"m" maps a file, for which "async"/);
});

test("UFFDIO_MOVE names two different single pages of anonymous memory", () => {
  const parse = (target: string, vma: object = {}) => {
    const system = { pages: 2, processes: { p: { vmas: { m: { pages: 2 }, n: { pages: 2, ...vma } } } } };
    const actors = { a: { process: "p", run: [{ uffd_move: target }] } };
    return parseSpec(JSON.stringify({ ...smallSpec, system, actors }), "x.json").scenario;
  };
  const [actor] = parse("m[0] -> n[1]").actors;
  const target = { kind: "page-move", from: { vma: "m", page: 0 }, to: { vma: "n", page: 1 } };
  assert.deepEqual(actor?.run, [{ kind: "operation", call: { operation: "uffd_move", target } }]);
  assert.throws(() => parse("m -> n"), /expected a page and its destination, such as "buf\[0\] -> spare\[0\]"/);
  assert.throws(() => parse("m[0] -> o[0]"), /has no VMA "o"/);
  assert.throws(() => parse("m[0] -> n[2]"), /"n" has 2 pages/);
  assert.throws(() => parse("m[0] -> m[0]"), /to its own address/);
  assert.throws(() => parse("m[0] -> n[0]", { folio: 2 }), /works on single pages of anonymous memory/);
  assert.throws(() => parse("m[0] -> n[0]", { backing: "private-file" }), /works on single pages of anonymous memory/);
});

test("truncation and hole punching need a file", () => {
  for (const operation of ["truncate", "punch_hole"]) {
    const system = { pages: 2, processes: { p: { vmas: { m: { pages: 1 } } } } };
    const actors = { a: { process: "p", run: [{ [operation]: "m" }] } };
    const parse = () => parseSpec(JSON.stringify({ ...smallSpec, system, actors }), "x.json");
    assert.throws(parse, /"m" is anonymous memory, which has no file to/, operation);
  }
});

test("a synchronous swap device is in the scenario only if the file asks for one", () => {
  const of = (synchronousSwap: boolean) =>
    parseSpec(JSON.stringify({ ...smallSpec, system: { ...smallSpec.system, synchronousSwap } }), "x.json").scenario;
  assert.deepEqual([of(true).system.synchronousSwap, "synchronousSwap" in of(false).system], [true, false]);
});

test("operations that are not modelled together are refused in one scenario, even if different actors run them", () => {
  const system = { pages: 2, processes: { p: { vmas: { m: { pages: 1 } } } } };
  const initially = [{ actor: "a", reclaim: "m[0]" }];
  const actors = {
    a: { process: "p", run: [{ load: "m[0]" }] },
    b: { process: "p", run: [{ memory_failure: "m[0]" }] },
  };
  const parse = (parts: object) => parseSpec(JSON.stringify({ ...smallSpec, system, actors, ...parts }), "x.json");
  assert.throws(() => parse({ initially }), /memory_failure is not modelled beside reclaim/);
  assert.equal(parse({}).scenario.actors.length, 2);
});

test("a page can be moved only to a device that has memory", () => {
  const parse = (device: object, operation = "migrate_to_device") => {
    const processes = { p: { vmas: { m: { pages: 1 } } } };
    const system = { pages: 2, processes, devices: { gpu: { driver: "nouveau", ...device } } };
    const actors = { a: { process: "p", device: "gpu", run: [{ [operation]: "m[0]" }] } };
    return parseSpec(JSON.stringify({ ...smallSpec, system, actors }), "x.json").scenario.system.devices;
  };
  assert.throws(() => parse({}), /the device "gpu" has no memory of its own/);
  assert.throws(() => parse({ memory: 17 }), /memory/);
  assert.deepEqual(parse({ memory: 1 }), [{ name: "gpu", driver: "nouveau", memory: 1 }]);
  assert.deepEqual(parse({}, "atomic"), [{ name: "gpu", driver: "nouveau", memory: 0 }]);
  // Its atomics move the page.
  assert.throws(() => parse({ driver: "xe" }, "atomic"), /the device "gpu" has no memory of its own/);
});

test("operations that are not modelled for memory mapped by a PMD are refused for it", () => {
  const system = { pages: 2, processes: { p: { vmas: { m: { pages: 2, folio: 2, pmdMapped: true } } } } };
  const parse = (operation: object) => {
    const actors = { a: { process: "p", run: [operation] } };
    return parseSpec(JSON.stringify({ ...smallSpec, system, actors }), "huge.json");
  };
  assert.throws(() => parse({ khugepaged: "m[0]" }), /khugepaged is not modelled for memory that is mapped as a whole/);
  assert.equal(parse({ madvise_dontneed: "m[0]" }).scenario.system.processes[0]?.vmas[0]?.pmdMapped, true);
});

test("memory that a PMD may map is moved to the like or to memory that none maps, but not the other way round", () => {
  const parse = (from: object, to: object) => {
    const system = { pages: 2, processes: { p: { vmas: { m: { pages: 2, ...from }, n: { pages: 2, ...to } } } } };
    const actors = { a: { process: "p", run: [{ mremap: "m -> n" }] } };
    return parseSpec(JSON.stringify({ ...smallSpec, system, actors }), "move.json").scenario.actors.length;
  };
  const byPmd = { folio: 2, pmdMapped: true };
  assert.equal(parse(byPmd, byPmd), 1);
  assert.equal(parse(byPmd, { folio: 2 }), 1);
  assert.equal(parse({ pmdMapped: true }, { folio: 2 }), 1);
  assert.throws(
    () => parse({ folio: 2 }, byPmd),
    /"m" cannot be moved to "n"; .* "pmdMapped" there only if it is here/,
  );
  assert.throws(() => parse(byPmd, { folio: 1 }), /cannot be moved to "n"/);
});

test("UFFDIO_MOVE is refused for memory that a collapse can map by a PMD", () => {
  const vmas = { m: { pages: 2, pmdMapped: true }, n: { pages: 2 } };
  const system = { pages: 2, processes: { p: { vmas } } };
  const actors = { a: { process: "p", run: [{ uffd_move: "m[0] -> n[0]" }] } };
  const parse = () => parseSpec(JSON.stringify({ ...smallSpec, system, actors }), "move.json");
  assert.throws(parse, /uffd_move works on single pages .* no "pmdMapped"/);
});

test("moves to the memory of xe's devices, atomics among them, are refused for folios of two", () => {
  const parse = (vma: object, driver: string, operation = "atomic") => {
    const system = { pages: 2, processes: { p: { vmas: { m: vma } } }, devices: { gpu: { driver, memory: 1 } } };
    const actors = { a: { process: "p", device: "gpu", run: [{ [operation]: "m[0]" }] } };
    return parseSpec(JSON.stringify({ ...smallSpec, system, actors }), "xe.json").scenario.actors.length;
  };
  assert.throws(() => parse({ pages: 2, folio: 2 }, "xe"), /moves single pages, and "m" may have folios of two/);
  assert.throws(() => parse({ pages: 2, pmdMapped: true }, "xe"), /moves single pages/);
  assert.throws(() => parse({ pages: 2, folio: 2 }, "xe", "migrate_to_device"), /moves single pages/);
  assert.equal(parse({ pages: 2 }, "xe"), 1);
  assert.equal(parse({ pages: 2, folio: 2 }, "nouveau"), 1);
  assert.equal(parse({ pages: 2, folio: 2, pmdMapped: true }, "nouveau", "migrate_to_device"), 1);
});

test("the expected size of a state space can be given with or without a verdict", () => {
  const run = (entry: string) =>
    parseSpec(
      goodSpec.replace('"v5.14": "holds"', () => `"v5.14": ${entry}`),
      "x.json",
    ).kernels[1];

  assert.deepEqual(run('{ "holds": true, "states": 12, "depth": 0 }')?.counts, { states: 12, depth: 0 });
  assert.deepEqual(run('{ "states": 12 }')?.expected, undefined);
  assert.deepEqual(run('"holds"')?.counts, {});
  assert.throws(() => run('{ "holds": true, "states": 0 }'), /"states" is 0; expected at least 1/);
  assert.throws(() => run('{ "holds": true, "depth": 1.5 }'), /"depth" is 1\.5; expected a whole number/);
});
