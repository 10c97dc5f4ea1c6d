/** The processes of a scenario: those of the system, and those that forks make. */
import type { ProcessSpec, VmaSpec } from "../model/scenario/scenario.ts";
import { allCalls, type PlacedCall } from "./calls.ts";
import type { Report } from "./collector.ts";
import type { RawSpec, RawVma } from "./raw-spec.ts";
import { namePattern } from "./schema-types.ts";
import type { Path } from "./source-file.ts";
import { expectedOneOf, meantHint, quote } from "./wording.ts";

export function resolveProcesses(raw: RawSpec, report: Report): ReadonlyMap<string, ProcessSpec> {
  const processes = new Map<string, ProcessSpec>();
  for (const [name, { vmas }] of Object.entries(raw.system.processes)) {
    const resolved = Object.entries(vmas).map(([vma, of]) => {
      if (of.folio === 2 && of.backing === "private-file")
        reportFolioOfFile(vma, ["system", "processes", name, "vmas", vma, "folio"], report);
      if (of.pmdMapped === true && !isMappedByOnePmd(of))
        reportPmdOfOther(vma, ["system", "processes", name, "vmas", vma, "pmdMapped"], report);
      if (markers(of) !== undefined && of.backing === "private-file")
        reportMarkers(vma, of, ["system", "processes", name, "vmas", vma, "userfaultfd"], report);
      return resolveVma(vma, of);
    });
    processes.set(name, { name, vmas: resolved, forkedFrom: undefined });
  }
  const forks = resolveForks(raw, report);
  addForked(raw, forks, processes);
  for (const [actor, { process }] of Object.entries(raw.actors)) {
    if (!processes.has(process)) reportMissing(actor, process, processes, forks, report);
  }
  return processes;
}

function resolveVma(name: string, vma: RawVma): VmaSpec {
  const { pages, flags = ["read", "write"], backing = "anonymous", folio = 1, pmdMapped = false } = vma;
  const mode = markers(vma);
  return {
    name,
    pages,
    flags: [...new Set(flags)],
    backing,
    folio,
    pmdMapped: pmdMapped && isMappedByOnePmd(vma),
    ...(mode === undefined ? {} : { userfaultfd: mode }),
  };
}

/** A mode of userfaultfd that leaves markers. */
const markers = ({ userfaultfd }: RawVma) => (userfaultfd === "sync" ? undefined : userfaultfd);

function reportMarkers(vma: string, { userfaultfd }: RawVma, path: Path, report: Report): void {
  const message = `${quote(vma)} maps a file, for which ${quote(userfaultfd)} is not modelled; expected anonymous memory, or "sync"`;
  report(path, { code: "spec/contradiction", message });
}

const isMappedByOnePmd = ({ pages, backing }: RawVma): boolean => pages === 2 && backing !== "private-file";

function reportPmdOfOther(vma: string, path: Path, report: Report): void {
  const message = `a PMD maps a folio of two pages of anonymous memory, and ${quote(vma)} is no such memory; expected "pages": 2, or no "pmdMapped"`;
  report(path, { code: "spec/contradiction", message });
}

function reportFolioOfFile(vma: string, path: Path, report: Report): void {
  const message = `${quote(vma)} maps a file, but only anonymous memory can have folios of two pages; expected "folio": 1, or "backing": "anonymous"`;
  report(path, { code: "spec/contradiction", message });
}

/** The fork that makes each process. */
function resolveForks(raw: RawSpec, report: Report): ReadonlyMap<string, PlacedCall> {
  const forks = new Map<string, PlacedCall>();
  for (const call of allCalls(raw)) {
    const { target: child, path, operation } = call;
    if (operation.target !== "process") continue;
    if (!new RegExp(namePattern).test(child)) {
      const message = `${quote(child)} is not a name; expected a name for the new process, such as "child"`;
      report(path, { code: "spec/bad-name", message });
    } else if (Object.hasOwn(raw.system.processes, child)) {
      const message = `the system has a process ${quote(child)} from the start; expected a new name for the child`;
      report(path, { code: "spec/duplicate-name", message });
    } else if (forks.has(child)) {
      const by = quote(forks.get(child)?.actor);
      const message = `a fork by ${by} makes a process ${quote(child)} already; expected a new name for the child`;
      report(path, { code: "spec/duplicate-name", message });
    } else if (call.repeats) {
      const message = `the fork of ${quote(child)} may run more than once, but makes one process; expected "times": 1`;
      report(path, { code: "spec/repeated-fork", message });
    } else {
      forks.set(child, call);
    }
  }
  return forks;
}

/** A child has its parent's VMAs, and the parent may be a child itself. So this repeats until no process is added. */
function addForked(raw: RawSpec, forks: ReadonlyMap<string, PlacedCall>, processes: Map<string, ProcessSpec>): void {
  for (let known = 0; known < processes.size; ) {
    known = processes.size;
    for (const [child, { actor }] of forks) {
      const parent = processes.get(raw.actors[actor]?.process ?? "");
      if (parent === undefined || processes.has(child)) continue;
      processes.set(child, { name: child, vmas: parent.vmas, forkedFrom: parent.name });
    }
  }
}

function reportMissing(
  actor: string,
  process: string,
  processes: ReadonlyMap<string, ProcessSpec>,
  forks: ReadonlyMap<string, PlacedCall>,
  report: Report,
): void {
  const path = ["actors", actor, "process"];
  const by = forks.get(process);
  if (by !== undefined) {
    const message = `${quote(process)} never exists: the fork by ${quote(by.actor)} that makes it needs a process that is itself never made`;
    return report(path, { code: "spec/unreachable-process", message });
  }
  const names = [...processes.keys()];
  const hint = meantHint(process, names);
  const message = `there is no process ${quote(process)}, neither in "system" nor made by a fork${expectedOneOf(names, hint)}`;
  report(path, { code: "spec/unknown-process", message, hint });
}
