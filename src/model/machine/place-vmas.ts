/** The position of a scenario's VMAs in the common numbering of virtual pages, and the page-cache pages behind them. */

import { at } from "../../ir/lookup.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { type Machine, rootOf, type Vma } from "./machine.ts";

export function placeVmas({ system }: Scenario): readonly Vma[] {
  const vmas: Vma[] = [];
  const roots = system.processes.filter(({ forkedFrom }) => forkedFrom === undefined);
  let first = 0;
  let filePage = system.pages;
  for (const [mm, process] of system.processes.entries()) {
    if (process.forkedFrom !== undefined) continue;
    for (const spec of process.vmas) {
      vmas.push({
        index: vmas.length,
        name: roots.length > 1 ? `${process.name}.${spec.name}` : spec.name,
        mm,
        first,
        count: spec.pages,
        readable: spec.flags.includes("read"),
        writable: spec.flags.includes("write"),
        backing: spec.backing,
        firstFilePage: spec.backing === "private-file" ? filePage : undefined,
        folio: spec.pmdMapped ? 2 : spec.folio,
        faultsIn: spec.folio,
        pmdMappable: spec.pmdMapped,
        userfaultfd: spec.userfaultfd ?? "sync",
      });
      first += spec.pages;
      if (spec.backing === "private-file") filePage += spec.pages;
    }
  }
  return vmas;
}

/** The VMA that a process calls by this name. */
export function vmaCalled(
  { mms, vmas }: Pick<Machine, "mms" | "vmas">,
  process: string | undefined,
  called: string,
): Vma | undefined {
  const mm = rootOf(
    { mms },
    mms.findIndex(({ name }) => name === process),
  );
  return vmas.find(({ mm: own, name }) => own === mm && (name === called || name === `${at(mms, mm).name}.${called}`));
}
