/** Resolves the target of an operation: `buf[0]`, `buf`, or a process's name. */
import { alsoPmdMapped, type OperationEntry, onlyAnonymous } from "../model/scenario/operation-catalogue.ts";
import type { OperationTarget, ProcessSpec, VmaSpec } from "../model/scenario/scenario.ts";
import type { PlacedCall } from "./calls.ts";
import type { Part, Report } from "./collector.ts";
import type { Notice } from "./source-file.ts";
import { expectedOneOf, meantHint, quote } from "./wording.ts";

const pagesPattern = /^([A-Za-z][A-Za-z0-9_-]*)(?:\[(\d+)\])?$/;

/** Undefined if an error was reported. */
export function resolveTarget(call: PlacedCall, process: ProcessSpec, report: Report): OperationTarget | undefined {
  const { operation, target, path } = call;
  const huge = process.vmas.find(({ pmdMapped }) => pmdMapped);
  if (operation.target === "process" || operation.target === "self") {
    if (huge !== undefined && !alsoPmdMapped.includes(operation.name)) {
      report(path, notOfPmd(operation, huge.name));
      return undefined;
    }
  }
  if (operation.target === "process") return { kind: "process", process: target };
  if (operation.target === "self") {
    if (target === process.name) return { kind: "process", process: target };
    const message = `${operation.name} works on the actor's own process; expected ${quote(process.name)}, not ${quote(target)}`;
    report(path, { code: "spec/bad-target", message });
    return undefined;
  }
  const fail = (notice: Notice, part?: Part) => {
    report(path, notice, part);
    return undefined;
  };
  if (operation.target === "move") return resolveMove(target, process, fail);
  if (operation.target === "page-move") return resolvePageMove(target, process, fail);
  const [, name, index] = pagesPattern.exec(target) ?? [];
  const vma = process.vmas.find((candidate) => candidate.name === name) ?? process.vmas[0];
  if (name === undefined || vma === undefined) {
    const message = `${quote(target)} is not a target; expected ${formOf(operation, vma?.name ?? "buf")}`;
    return fail({ code: "spec/bad-target", message });
  }
  if (vma.name !== name) {
    const names = process.vmas.map((candidate) => candidate.name);
    const hint = meantHint(name, names);
    const message = `the process ${quote(process.name)} has no VMA ${quote(name)}${expectedOneOf(names, hint)}`;
    return fail({ code: "spec/unknown-vma", message, hint }, { offset: 0, length: name.length });
  }
  if (!accepts(operation, index)) {
    const message = `${operation.name} was given ${index === undefined ? "a whole VMA" : "one page"}; expected ${formOf(operation, name)}`;
    return fail({ code: "spec/bad-target", message });
  }
  if (index !== undefined && Number(index) >= vma.pages) {
    const message = `${quote(name)} has ${countPages(vma)}; expected ${pageRange(vma)}`;
    return fail({ code: "spec/page-out-of-range", message }, { offset: name.length + 1, length: index.length });
  }
  const ofFile = { truncate: "to truncate", punch_hole: "to punch a hole into" }[operation.name];
  if (ofFile !== undefined && vma.backing === "anonymous") {
    const message = `${quote(name)} is anonymous memory, which has no file ${ofFile}; expected a VMA with "backing": "private-file"`;
    return fail({ code: "spec/not-a-file", message });
  }
  if (operation.name === "uprobe_replace" && vma.backing === "anonymous") {
    const message = `uprobes are in files, and ${quote(name)} is anonymous memory; expected a VMA with "backing": "private-file"`;
    return fail({ code: "spec/not-a-file", message });
  }
  if (operation.name === "ksm_merge" && (vma.pages < 2 || vma.folio === 2)) {
    const message = `ksm_merge works on the first two single pages of a VMA, which ${quote(name)} does not have`;
    return fail({ code: "spec/bad-target", message });
  }
  if (onlyAnonymous.includes(operation.name) && vma.backing !== "anonymous") {
    const message = `${operation.name} works on anonymous memory, and ${quote(name)} maps a file`;
    return fail({ code: "spec/bad-target", message });
  }
  if (operation.name === "pagemap_scan" && vma.userfaultfd !== "async") {
    const message = `pagemap_scan write-protects only VMAs with asynchronous write protection, and ${quote(name)} has none; expected "userfaultfd": "async"`;
    return fail({ code: "spec/bad-target", message });
  }
  if (operation.name === "collapse" && !vma.pmdMapped) {
    const message = `no PMD can map the pages of ${quote(name)}, so they cannot be collapsed; expected a VMA with "pages": 2 and "pmdMapped": true`;
    return fail({ code: "spec/bad-target", message });
  }
  if (vma.pmdMapped && !alsoPmdMapped.includes(operation.name)) return fail(notOfPmd(operation, name));
  const pages = index === undefined ? { first: 0, count: vma.pages } : { first: Number(index), count: 1 };
  return { kind: "pages", vma: name, ...pages };
}

function notOfPmd(operation: OperationEntry, vma: string): Notice {
  const message = `${operation.name} is not modelled for memory that is mapped as a whole, and ${quote(vma)} is; expected no "pmdMapped"`;
  return { code: "spec/bad-target", message };
}

const movePattern = /^([A-Za-z][A-Za-z0-9_-]*) -> ([A-Za-z][A-Za-z0-9_-]*)$/;

/** Two VMAs of the same kind, so that one can be moved to the place of the other. */
function resolveMove(
  target: string,
  process: ProcessSpec,
  fail: (notice: Notice, part?: Part) => undefined,
): OperationTarget | undefined {
  const [, ...called] = movePattern.exec(target) ?? [];
  const [from, to] = called;
  if (from === undefined || to === undefined) {
    const message = `${quote(target)} is not a target; expected a whole VMA and its destination, such as "buf -> spare"`;
    return fail({ code: "spec/bad-target", message });
  }
  const names = process.vmas.map(({ name }) => name);
  const [first, second] = called.map((name) => process.vmas.find((vma) => vma.name === name));
  if (first === undefined || second === undefined) {
    const unknown = first === undefined ? from : to;
    const hint = meantHint(unknown, names);
    const message = `the process ${quote(process.name)} has no VMA ${quote(unknown)}${expectedOneOf(names, hint)}`;
    const offset = first === undefined ? 0 : target.length - to.length;
    return fail({ code: "spec/unknown-vma", message, hint }, { offset, length: unknown.length });
  }
  const alike =
    first !== second &&
    first.pages === second.pages &&
    (first.pmdMapped ? 2 : first.folio) === (second.pmdMapped ? 2 : second.folio) &&
    (["read", "write"] as const).every((flag) => first.flags.includes(flag) === second.flags.includes(flag));
  const movable =
    first.backing === "anonymous" && second.backing === "anonymous" && (first.pmdMapped || !second.pmdMapped);
  if (!alike || !movable) {
    const message = `${quote(from)} cannot be moved to ${quote(to)}; expected another VMA with as many pages, the same "flags" and the same "folio", both "anonymous", and "pmdMapped" there only if it is here`;
    return fail({ code: "spec/bad-target", message });
  }
  return { kind: "move", from, to };
}

const pageMovePattern = /^([A-Za-z][A-Za-z0-9_-]*)\[(\d+)\] -> ([A-Za-z][A-Za-z0-9_-]*)\[(\d+)\]$/;

/** Two pages of anonymous memory; those of VMAs that mprotect has made different are refused when the call runs. */
function resolvePageMove(
  target: string,
  process: ProcessSpec,
  fail: (notice: Notice, part?: Part) => undefined,
): OperationTarget | undefined {
  const [, from, fromPage, to, toPage] = pageMovePattern.exec(target) ?? [];
  if (from === undefined || to === undefined) {
    const message = `${quote(target)} is not a target; expected a page and its destination, such as "buf[0] -> spare[0]"`;
    return fail({ code: "spec/bad-target", message });
  }
  const ends = [
    { vma: from, page: Number(fromPage), offset: 0 },
    { vma: to, page: Number(toPage), offset: target.indexOf("-> ") + 3 },
  ];
  for (const { vma: name, page, offset } of ends) {
    const vma = process.vmas.find((candidate) => candidate.name === name);
    if (vma === undefined) {
      const names = process.vmas.map((candidate) => candidate.name);
      const hint = meantHint(name, names);
      const message = `the process ${quote(process.name)} has no VMA ${quote(name)}${expectedOneOf(names, hint)}`;
      return fail({ code: "spec/unknown-vma", message, hint }, { offset, length: name.length });
    }
    if (page >= vma.pages) {
      const message = `${quote(name)} has ${countPages(vma)}; expected ${pageRange(vma)}`;
      return fail(
        { code: "spec/page-out-of-range", message },
        { offset: offset + name.length + 1, length: String(page).length },
      );
    }
    if (vma.backing !== "anonymous" || vma.folio !== 1 || vma.pmdMapped) {
      const message = `uffd_move works on single pages of anonymous memory, and ${quote(name)} has others; expected "backing": "anonymous", "folio": 1 and no "pmdMapped"`;
      return fail({ code: "spec/bad-target", message });
    }
  }
  const [first, second] = ends.map(({ vma, page }) => ({ vma, page }));
  if (first === undefined || second === undefined) return undefined;
  if (first.vma === second.vma && first.page === second.page) {
    const message = `${quote(target)} moves a page to its own address; expected another destination`;
    return fail({ code: "spec/bad-target", message });
  }
  return { kind: "page-move", from: first, to: second };
}

function accepts({ target }: OperationEntry, index: string | undefined): boolean {
  return target === "pages" || (target === "page") === (index !== undefined);
}

function formOf({ target }: OperationEntry, vma: string): string {
  switch (target) {
    case "page":
      return `one page, such as "${vma}[0]"`;
    case "pages":
      return `one page, such as "${vma}[0]", or a whole VMA, such as "${vma}"`;
    case "vma":
      return `a whole VMA, such as "${vma}"`;
    case "process":
      return 'a name for the new process, such as "child"';
    case "self":
      return "the actor's own process";
    case "move":
      return 'a whole VMA and its destination, such as "buf -> spare"';
    case "page-move":
      return 'a page and its destination, such as "buf[0] -> spare[0]"';
  }
}

function countPages({ pages }: VmaSpec): string {
  return pages === 1 ? "one page" : `${pages} pages`;
}

function pageRange({ pages }: VmaSpec): string {
  return pages === 1 ? "page 0" : `a page from 0 to ${pages - 1}`;
}
