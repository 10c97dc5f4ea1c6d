/** Random scenarios with everything that the model has, as the content of spec files. A few are refused when read. */

import { type FeatureName, features } from "../../src/model/features/catalogue.ts";
import { type DriverName, driverNames, driverTraits } from "../../src/model/scenario/drivers.ts";
import { type OperationEntry, onlyFiles, operationCatalogue } from "../../src/model/scenario/operation-catalogue.ts";
import { kernelVersions } from "../../src/model/versions/rows.ts";
import type { RawActor, RawOperation, RawProgramItem, RawSpec, RawVma } from "../../src/spec/raw-spec.ts";
import type { Random } from "./seeded.ts";

/** Small, so that the plain search can explore most of these scenarios. */
const most = { actors: 3, items: 2, pages: 3, vmas: 2 };

/** Operations for which random scenarios of two actors are interesting and still small. */
const commonOperations = ["load", "store", "madvise_dontneed", "migrate", "reclaim", "fork"];

interface Process {
  readonly name: string;
  readonly vmas: Readonly<Record<string, RawVma>>;
}

export function randomScenario(random: Random, name: string): RawSpec {
  const kernel = random.among(kernelVersions);
  const names = features.map((feature) => feature.name);
  const changed = random.chance(0.5) ? [] : [random.among(names), random.among(names)].slice(random.below(2));
  const chosen = changed.filter(() => random.chance(0.4));

  const roots = ["app", "other"].slice(0, random.chance(0.85) ? 1 : 2).map(
    (root): Process => ({
      name: root,
      vmas: randomVmas(random),
    }),
  );
  const devices = Object.fromEntries(
    ["gpu", "npu"].slice(0, random.among([0, 1, 1, 1, 2])).map((device) => [device, randomDevice(random)]),
  );
  const actors = new Map<string, RawActor>();
  const processes = [...roots];
  const first = random.among(roots);
  for (let number = 0; number < 1 + random.below(most.actors); number++) {
    const process = random.among(processes);
    const before = processes.length;
    const run = randomProgram(random, process, processes);
    actors.set(`thread${number}`, { process: process.name, run });
    // Actors that are alike give symmetries. A process is created only once.
    if (processes.length === before && random.chance(0.35)) actors.set(`twin${number}`, { process: process.name, run });
  }
  for (const device of Object.keys(devices)) {
    const run = Array.from({ length: 1 + random.below(2) }, () => randomOperation(random, "engine", first, []));
    actors.set(`engine-of-${device}`, { process: first.name, device, run });
  }
  const earlier: string[] = [];
  for (const [actor, content] of actors) {
    // After an earlier one, so that there is no circle.
    if (earlier.length > 0 && random.chance(0.2)) actors.set(actor, { ...content, after: random.among(earlier) });
    earlier.push(actor);
  }
  const initially = [...actors].flatMap(([actor, { device, process }]) => {
    const of = processes.find((one) => one.name === process);
    if (of === undefined || !roots.includes(of) || !random.chance(0.35)) return [];
    return [{ actor, ...randomOperation(random, device === undefined ? "thread" : "engine", of, []) }];
  });
  const items = [...actors.values()].flatMap(({ run }) => run);
  const needed = [...neededByVmas(roots), ...neededByCalls([...items, ...initially])];
  const on = [...new Set([...chosen, ...needed])];
  const off = changed.filter((feature) => !on.includes(feature));
  return {
    name,
    kernels: { [kernel]: "unknown" },
    ...(on.length === 0 ? {} : { with: on }),
    ...(off.length === 0 ? {} : { without: off }),
    system: {
      pages: 1 + random.below(most.pages),
      swap: random.below(3),
      ...(random.chance(0.2) ? { synchronousSwap: true } : {}),
      ...(random.chance(0.15) ? { memory: "may-fail" as const } : {}),
      processes: Object.fromEntries(roots.map((root) => [root.name, { vmas: root.vmas }])),
      ...(Object.keys(devices).length === 0 ? {} : { devices }),
    },
    ...(initially.length === 0 ? {} : { initially }),
    actors: Object.fromEntries(actors),
  };
}

function randomDevice(random: Random): { readonly driver: DriverName; readonly memory?: number } {
  const driver = random.among(driverNames);
  return driverTraits[driver].atomicsInOwnMemory ? { driver, memory: 1 } : { driver };
}

/** A kernel without asynchronous write protection refuses such VMAs. */
function neededByVmas(roots: readonly Process[]): readonly FeatureName[] {
  const isAsync = roots.some(({ vmas }) => Object.values(vmas).some(({ userfaultfd }) => userfaultfd === "async"));
  return isAsync ? ["uffd-wp-unpopulated", "uffd-wp-async"] : [];
}

/** A kernel without such an operation refuses it. */
function neededByCalls(items: readonly RawProgramItem[]): readonly FeatureName[] {
  const calls = items.flatMap((item) => ("any" in item ? item.any : [item]));
  return operationCatalogue.flatMap(({ name, needs }: OperationEntry) =>
    needs !== undefined && calls.some((call) => name in call) ? [needs] : [],
  );
}

function randomVmas(random: Random): Readonly<Record<string, RawVma>> {
  const vma = (): RawVma => {
    const pages = random.among([1, 1, 1, 2]);
    const file = random.chance(0.2);
    return {
      pages,
      ...(random.chance(0.1) ? { flags: ["read"] as const } : {}),
      ...(file ? { backing: "private-file" as const } : {}),
      ...(!file && pages === 2 && random.chance(0.3) ? { folio: 2 as const } : {}),
      ...(!file && random.chance(0.15) ? { userfaultfd: "async" as const } : {}),
    };
  };
  const buf = vma();
  if (random.chance(0.7)) return { buf };
  // Both VMAs are alike, so that one can be moved to the other.
  return { buf, spare: random.chance(0.6) ? buf : vma() };
}

function randomProgram(random: Random, process: Process, processes: Process[]): readonly RawProgramItem[] {
  return Array.from({ length: 1 + random.below(most.items) }, (): RawProgramItem => {
    if (!random.chance(0.12)) return randomOperation(random, "thread", process, processes);
    const any = [0, 1].map(() => randomOperation(random, "thread", process, []));
    return { any, times: 1 + random.below(2) };
  });
}

/** A fork adds a process if one may be created. */
function randomOperation(
  random: Random,
  by: OperationEntry["by"],
  process: Process,
  processes: Process[],
): RawOperation {
  const mayFork = processes.length > 0 && processes.length < 3;
  const vmas = Object.values(process.vmas);
  const hasFile = vmas.some(({ backing }) => backing === "private-file");
  const entries = (operationCatalogue as readonly OperationEntry[]).filter(
    (entry) =>
      entry.by === by &&
      (entry.target !== "process" || mayFork) &&
      (entry.target !== "move" || vmas.length > 1) &&
      (entry.target !== "page-move" || vmas.length > 1) &&
      (hasFile || !onlyFiles.includes(entry.name)) &&
      (entry.name !== "pagemap_scan" || vmas.some(({ userfaultfd }) => userfaultfd === "async")) &&
      (entry.name !== "ksm_merge" || vmas.some(({ pages, folio }) => pages > 1 && folio !== 2)),
  );
  const common = entries.filter((entry) => commonOperations.includes(entry.name));
  const entry = random.among(common.length > 0 && random.chance(0.5) ? common : entries);
  const purpose = entry.attributes?.includes("for") && random.chance(0.5) ? { for: "reading" as const } : {};
  const fast = entry.attributes?.includes("fast") && random.chance(0.5) ? { fast: true } : {};
  return { [entry.name]: randomTarget(random, entry, process, processes), ...purpose, ...fast };
}

function randomTarget(random: Random, { target }: OperationEntry, process: Process, processes: Process[]): string {
  const [name, { pages }] = random.among(Object.entries(process.vmas));
  switch (target) {
    case "page":
      return `${name}[${random.below(pages)}]`;
    case "pages":
      return random.chance(0.5) ? name : `${name}[${random.below(pages)}]`;
    case "vma":
      return name;
    case "move": {
      const others = Object.keys(process.vmas).filter((other) => other !== name);
      return `${name} -> ${others[0] ?? name}`;
    }
    case "page-move": {
      const others = Object.keys(process.vmas).filter((other) => other !== name);
      return `${name}[0] -> ${others[0] ?? name}[0]`;
    }
    case "self":
      return process.name;
    case "process": {
      const child = `child${processes.length}`;
      processes.push({ name: child, vmas: process.vmas });
      return child;
    }
  }
}
