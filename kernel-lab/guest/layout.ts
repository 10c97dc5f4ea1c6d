/** A setup in numbers, as the agent of a guest knows it. */
import { at, required } from "../../src/ir/lookup.ts";
import { movesOf, startsMapped } from "../../src/model/machine/moves.ts";
import { placeVmas } from "../../src/model/machine/place-vmas.ts";
import type { OperationCall, OperationTarget } from "../../src/model/scenario/scenario.ts";
import type { LabSetup } from "../lab-program.ts";

export interface Area {
  readonly name: string;
  /** The number of its first address. Areas follow each other without a gap. */
  readonly first: number;
  readonly pages: number;
  /**
   * Whether a PMD can map it. Then it is as large as what a PMD maps. The first page is the model's first page, and all
   * others are its second one: what is done to that is done to each of them, and the first of them is observed.
   */
  readonly pmdMappable: boolean;
  /** Whether a write fault maps it by a PMD. */
  readonly huge: boolean;
  readonly writable: boolean;
  readonly file: boolean;
  /** Whether the file is on tmpfs, where holes can be punched. */
  readonly tmpfs: boolean;
  /** Whether it is registered with userfaultfd. */
  readonly userfaultfd: boolean;
  /** Whether a write fault ends the protection itself (WP_ASYNC). */
  readonly async: boolean;
  /** Nothing is mapped there until another area is moved there. */
  readonly hole: boolean;
}

export interface Layout {
  readonly areas: readonly Area[];
  /** By number, as a scenario writes them: `buf[0]`. */
  readonly addresses: readonly string[];
  /** By number. The first one exists from the start; the others are made by forks. */
  readonly processes: readonly string[];
  readonly devices: readonly string[];
}

/** What the agent can hold; see agent/agent.h. */
const most = { areas: 4, addresses: 8, processes: 4, devices: 2 } as const;

const known = new WeakMap<LabSetup, Layout>();

/** The layout of a setup is always the same object. Throws a RangeError if a guest cannot have such a setup. */
export function layoutOf(setup: LabSetup): Layout {
  const layout = known.get(setup) ?? layOut(setup);
  known.set(setup, layout);
  return layout;
}

function layOut({ name, scenario }: LabSetup): Layout {
  const { processes, devices } = scenario.system;
  const refuse = (what: string) => {
    throw new RangeError(`a guest cannot have the setup ${name}: ${what}`);
  };
  const roots = processes.filter(({ forkedFrom }) => forkedFrom === undefined);
  if (roots.length !== 1 || processes[0] !== roots[0]) refuse("the first process, and no other, exists from the start");
  if (devices.some(({ driver }) => driver !== "test_hmm")) refuse("a kernel can run no driver but test_hmm");

  const vmas = placeVmas(scenario);
  const moves = movesOf(
    scenario,
    processes.map((process, index) => ({ name: process.name, parent: index === 0 ? undefined : 0 })),
    vmas,
  );
  const calls = scenario.actors.flatMap(({ run }) =>
    run.flatMap((item) => (item.kind === "operation" ? [item.call] : item.calls)),
  );
  const punched = calls.some(({ operation }) => operation === "punch_hole");
  const armed = calls.some(({ operation }) => operation === "uffd_wp" || operation === "uffd_move");
  const areas = vmas.map((vma) => {
    const huge = vma.faultsIn === 2;
    if (!vma.readable || (huge && !vma.pmdMappable))
      refuse(`${vma.name} does not consist of readable memory in single pages, or in folios that a PMD maps`);
    if (vma.pmdMappable && vmas.length > 1)
      refuse(`the memory that the PMD of ${vma.name} maps leaves no place for others`);
    const [file, hole] = [vma.backing === "private-file", !startsMapped(vma, moves)];
    const { name, first, count: pages, pmdMappable, writable } = vma;
    const tmpfs = file && punched;
    const async = vma.userfaultfd === "async";
    return {
      name,
      first,
      pages,
      pmdMappable,
      huge,
      writable,
      file,
      tmpfs,
      userfaultfd: armed && !file && !hole,
      async,
      hole,
    };
  });
  const layout = {
    areas,
    addresses: areas.flatMap((area) => Array.from({ length: area.pages }, (_, page) => `${area.name}[${page}]`)),
    processes: processes.map((process) => process.name),
    devices: devices.map((device) => device.name),
  };
  for (const what of ["areas", "addresses", "processes", "devices"] as const)
    if (layout[what].length > most[what]) refuse(`it has more than ${most[what]} ${what}`);
  return layout;
}

/** What the guest's operation works on, which may be more than what the step names. */
export function reachOf({ pagesOut }: LabSetup, layout: Layout, { operation, target }: OperationCall): OperationTarget {
  if (operation !== "reclaim" || pagesOut === "page" || target.kind !== "pages") return target;
  const area = layout.areas.find(({ name }) => name === target.vma);
  return { ...target, first: 0, count: required(area, target.vma).pages };
}

/** So many pages are mapped by a PMD. */
const pagesOfPmd = 512;

/** The arguments of a step as the agent takes them, after the process or the device. */
export function targetNumbers(layout: Layout, target: OperationTarget): readonly number[] {
  const areaOf = (name: string) =>
    at(
      layout.areas,
      layout.areas.findIndex((area) => area.name === name),
    );
  switch (target.kind) {
    case "pages": {
      const area = areaOf(target.vma);
      const others = area.pmdMappable && target.first + target.count === area.pages ? pagesOfPmd - area.pages : 0;
      return [area.first + target.first, target.count + others];
    }
    case "process":
      return [layout.processes.indexOf(target.process)];
    case "page-move":
      return [areaOf(target.from.vma).first + target.from.page, areaOf(target.to.vma).first + target.to.page, 1];
    case "move":
      return [areaOf(target.from).first, areaOf(target.to).first, areaOf(target.from).pages];
  }
}
