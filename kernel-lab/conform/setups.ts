/**
 * The systems in which random programs run: two processes and two devices with what descriptions.ts says. They are
 * written as scenario files are, so that the reader of those files finds what is not allowed.
 */
import { at } from "../../src/ir/lookup.ts";
import type { OperationName } from "../../src/model/scenario/operation-catalogue.ts";
import { parseSpec } from "../../src/spec/parse-spec.ts";
import type { RawActor, RawSystem } from "../../src/spec/raw-spec.ts";
import type { LabSetup } from "../lab-program.ts";
import { type Circumstances, type Description, descriptions, each, pagesOf } from "./descriptions.ts";

/** More pages and slots than the programs can use, so that no allocation fails. */
const plenty = { pages: 12, swap: 8 };
const device = { driver: "test_hmm" } as const;
/** More pages than the entries of both processes can be for. */
const deviceWithMemory = { ...device, memory: 5 };
const engineOperations: readonly OperationName[] = ["atomic", "device_load", "device_store"];

/** The thread that answers the faults that userfaultfd reports. A program gives it nothing to do. */
export const handlerName = "handler";

/** The engines of the two devices. */
export const engineNames: readonly string[] = ["engine", "engine2"];
const deviceNames = ["gpu", "gpu2"] as const;

/** Engines of both devices, which reach all pages of the VMAs. */
function engines(vmas: readonly string[], deviceMemory: boolean): Readonly<Record<string, RawActor>> {
  const pages = pagesOf(...vmas);
  // The test driver evicts all pages of a device, so one address stands for all.
  const ofMemory = deviceMemory ? [...each(["migrate_to_device"], ...pages), { evict_from_device: at(pages, 0) }] : [];
  const run = [...each(engineOperations, ...pages), ...ofMemory];
  return Object.fromEntries(
    engineNames.map((name, number) => [name, { device: at(deviceNames, number), process: "app", run }]),
  );
}

/** The process `app` with a thread `main`, a child with a thread `child_thread`, and two devices in `app`. */
function setup(
  name: string,
  { vmas, main, child, devicesReach, deviceMemory, handler, pagesOut = "page" }: Description,
  { synchronousSwap }: Circumstances,
): LabSetup {
  const gpu = deviceMemory === true ? deviceWithMemory : device;
  const devices = Object.fromEntries(deviceNames.map((device) => [device, gpu]));
  const system: RawSystem = { ...plenty, synchronousSwap, processes: { app: { vmas } }, devices };
  const actors: Readonly<Record<string, RawActor>> = {
    main: { process: "app", run: [{ fork: "child" }, { clear_refs: "app" }, ...main] },
    child_thread: { process: "child", run: [{ clear_refs: "child" }, { exit: "child" }, ...child] },
    ...engines(devicesReach, deviceMemory === true),
    ...(handler === undefined ? {} : { [handlerName]: { process: "app", run: handler } }),
  };
  const text = JSON.stringify({ name, kernels: { "v6.4": "unknown" }, system, actors });
  return { name, scenario: parseSpec(text, `the setup ${name}`).scenario, pagesOut };
}

export function setupsFor(circumstances: Circumstances): readonly LabSetup[] {
  return Object.entries(descriptions(circumstances)).map(([name, description]) =>
    setup(name, description, circumstances),
  );
}

/** Those of a kernel that offers everything, with swap on a disk. */
export const setups = setupsFor({
  synchronousSwap: false,
  fastPins: false,
  testsPins: true,
  asyncProtection: true,
  movesPages: true,
  collapses: true,
});
