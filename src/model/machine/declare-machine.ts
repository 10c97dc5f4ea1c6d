/**
 * From a scenario and a kernel's features to the machine: it has the variables that the scenario needs, and no others.
 */
import { constant, type Expr, type Operand } from "../../ir/expression.ts";
import { at } from "../../ir/lookup.ts";
import { bool, int } from "../../ir/types.ts";
import type { Dimension, VariableOptions } from "../../ir/variable.ts";
import type { FeatureSet } from "../features/catalogue.ts";
import { driverTraits } from "../scenario/drivers.ts";
import type { OperationCall, Scenario } from "../scenario/scenario.ts";
import { actorsByOperation } from "./actors-by-operation.ts";
import { alikeIn, pageRoles, threadRoles } from "./alike.ts";
import { declareAnonVmas } from "./anon-vmas.ts";
import { awaitedActors } from "./awaited-actors.ts";
import { beginDeclarations, dimension } from "./declarations.ts";
import { movesPages } from "./device-memory.ts";
import { declareFastPins } from "./fast-pins.ts";
import { folioHeads } from "./folio-heads.ts";
import { exitStates, hasLargeFolios, type Machine, processStates, type ThreadInfo, type Vma } from "./machine.ts";
import { machineTypes } from "./machine-types.ts";
import { areLinked, movesOf, startsMapped } from "./moves.ts";
import { movedBetween } from "./page-moves.ts";
import { placeVmas } from "./place-vmas.ts";
import { isAsync, usesUserfaultfd } from "./userfaultfd.ts";
import { declareVmaLocks, lockedVmas } from "./vma-locks.ts";

export function declareMachine(scenario: Scenario, features: FeatureSet): Machine {
  const { processes, devices, pages: pageCount } = scenario.system;
  const mms = processes.map(({ name, forkedFrom }) => ({
    name,
    parent: forkedFrom === undefined ? undefined : processes.findIndex((process) => process.name === forkedFrom),
  }));
  const vmas = placeVmas(scenario);
  const locked = lockedVmas(scenario, features, { mms, vmas });
  const addresses = vmas.flatMap((vma) => Array.from({ length: vma.count }, (_, page) => `${vma.name}[${page}]`));
  const filePages = vmas
    .filter(({ backing }) => backing === "private-file")
    .flatMap((vma) => addresses.slice(vma.first, vma.first + vma.count));
  const pages = [
    ...Array.from({ length: pageCount }, (_, page) => `P${page}`),
    ...filePages.map((address) => `cache:${address}`),
    ...devices.flatMap(({ name, memory }) => Array.from({ length: memory }, (_, page) => `${name}:${page}`)),
  ];
  const noPage = pages.length;
  const { actors } = scenario;
  const { uses, threads, engines, pinners, getters, forkers, armers, freers, writers, watchesCopies } =
    actorsByOperation(scenario);
  const names = actors.map(({ name }) => name);
  const has: Machine["has"] = (feature) => features.has(feature);
  const swapSlots = uses("reclaim") ? scenario.system.swap : 0;
  const synchronousSwap = swapSlots > 0 && scenario.system.synchronousSwap === true;
  const skipsCache = synchronousSwap && features.has("swap-in-skips-cache");
  const alike = alikeIn(scenario, [threads, pinners, getters, forkers, armers, freers, writers]);
  const deviceInfos = devices.map(({ name, driver, memory }, number) => ({
    name,
    driver,
    mm: engines.find((info) => info.device === number)?.mm,
    memory: {
      first: devices.slice(number).reduce((first, later) => first - later.memory, pages.length),
      count: memory,
    },
  }));
  const isMoving = movesPages({ uses, devices: deviceInfos });
  const types = machineTypes({ uses, mms, addresses, pages, noPage, devices: deviceInfos, alike, swapSlots, vmas });
  const owner = int(
    0,
    actors.length,
    ["free", ...names],
    threadRoles(alike, (actor) => actor + 1),
  );
  const pageOrNone = int(0, noPage, ["none", ...pages], pageRoles(alike, 1));
  const count = int(0, actors.length);
  // The sum of: every mapping; every actor's references (at most 3: a fault and the mapping that it replaces); pins and
  // readers' references; and a cache. A folio has mappings for each of its pages, and a merged page may be mapped at
  // several addresses of one VMA. v5.14 forgets references at the split of a PMD, once in each process.
  const asksIfListed = uses("migrate", "reclaim") || (uses("memory_failure") && uses("collapse"));
  const mapsByPmd = vmas.some(({ pmdMappable }) => pmdMappable);
  const forgotten = isMoving && mapsByPmd && !has("split-of-moving-pmd-takes-no-reference") ? mms.length : 0;
  const pins = (pinners.length + getters.length) * addresses.length;
  const mappings = uses("ksm_merge")
    ? addresses.length
    : vmas.reduce((sum, own) => sum + Math.min(own.folio, own.count), 0);
  const references = int(0, mms.length * mappings + 3 * actors.length + 1 + pins + forgotten);

  const declarations = beginDeclarations();
  const { variables, one, two } = declarations;
  const mm: Dimension = { name: "process", labels: mms.map(({ name }) => name) };
  const va: Dimension = { name: "address", labels: addresses };
  const page = dimension("page", pages, pageRoles(alike, 0));
  const device: Dimension = { name: "device", labels: devices.map(({ name }) => name) };
  const actor = dimension(
    "actor",
    names,
    threadRoles(alike, (number) => number),
  );
  const engine: Dimension = { name: "engine", labels: engines.map((info) => at(names, info.actor)) };
  const ofThreads = (name: string, some: readonly ThreadInfo[]) =>
    dimension(
      name,
      some.map((info) => at(names, info.actor)),
      threadRoles(alike, (number) => some.findIndex((info) => info.actor === number)),
    );
  const thread = ofThreads("thread", threads);
  const pinner = ofThreads("pinner", pinners);
  const getter = ofThreads("getter", getters);
  const armer = ofThreads("armer", armers);
  const freer = ofThreads("freer", freers);
  const writer = ofThreads("writer", writers);
  const slot: Dimension = { name: "slot", labels: Array.from({ length: swapSlots }, (_, number) => String(number)) };
  const vma: Dimension = { name: "vma", labels: vmas.map(({ name }) => name) };
  const optionalPerPage = (wanted: boolean, name: string, options?: VariableOptions): ((page: Operand) => Expr) => {
    if (!wanted) return () => constant(0, bool);
    return one(name, bool, page, options);
  };
  const optionalPerVma = (wanted: boolean, name: string, atStart: (vma: Vma, mm: number) => boolean) => {
    if (!wanted) return (number: number, own: Vma): Expr => constant(atStart(own, number) ? 1 : 0, bool);
    const initial = mms.flatMap((_, number) => vmas.map((own) => (atStart(own, number) ? 1 : 0)));
    const all = two(name, bool, mm, vma, { initial });
    return (number: number, own: Vma): Expr => all(number, own.index);
  };
  const inCache = pages.map((_, number) => Number(number >= pageCount && number < pageCount + filePages.length));
  const isRoot = mms.map(({ parent }) => (parent === undefined ? 1 : 0));

  const isLarge = optionalPerPage(hasLargeFolios({ vmas }), "page_large_folio");
  const { largeFolio, head, ofFolio } = folioHeads(isLarge, pageCount);
  const held = two("held", int(0, 3), actor, page, { ghost: true, says: "{0} holds {value} of the references to {1}" });
  const moves = movesOf(scenario, mms, vmas);
  const anonVma = (own: Vma) => vmas.filter((other) => other === own || areLinked(own, other, moves));
  const moved = movedBetween(scenario, { mms, vmas, addresses });
  const rangeOf = (own: Vma) => addresses.map((_, each) => each).slice(own.first, own.first + own.count);
  // VMAs between which pages move have anon_vmas of their own. They share one lock here, which only adds waits.
  const lockedTogether = (own: Vma) => {
    const linked = rangeOf(own).flatMap(moved);
    return anonVma(own).length > 1
      ? anonVma(own)
      : vmas.filter((other) => rangeOf(other).some((each) => linked.includes(each)));
  };
  const atStart = {
    initial: mms.flatMap((_, number) => vmas.map((own) => (own.mm === number && startsMapped(own, moves) ? 1 : 0))),
  };
  const vmaMapped = two("vma_mapped", bool, mm, vma, atStart);
  const anonVmaReaders = one("anon_vma.readers", count, vma);
  const lockNumber = (own: Vma) => (lockedTogether(own)[0] ?? own).index;
  const anonVmaWriter = uses("collapse") ? one("anon_vma.writer", owner, vma) : () => constant(0);
  const awaited = awaitedActors(scenario);
  const finished = one("finished", bool, { name: "awaited actor", labels: awaited });
  const iMmapReaders = one("i_mmap.readers", count, vma);
  const asksIfPartlyMapped = uses("migrate") && hasLargeFolios({ vmas }) && has("migration-splits-partly-mapped");
  const splitsWithin =
    (uses("fork", "madvise_dontneed", "uffd_wp", "uffd_resolve", "pagemap_scan", "mremap") && mapsByPmd) ||
    (uses("migrate_to_device", "madvise_free") && hasLargeFolios({ vmas }));
  return {
    scenario,
    has,
    uses,
    mms,
    vmas,
    addresses,
    pages,
    noPage,
    actors,
    threads,
    engines,
    pinners,
    getters,
    forkers,
    writers,
    armers,
    freers,
    devices: deviceInfos,
    types,
    variables,
    alike,
    pte: two("pte", types.pte, mm, va),
    largeFolio,
    head,
    refcount: ofFolio(one("refcount", references, page, { initial: inCache })),
    // One for each entry, and one for a mapping that a broken kernel counts twice.
    mapcount: one("mapcount", int(0, mms.length * addresses.length + 1), page),
    pageLock: ofFolio(one("page_lock", owner, page)),
    pageDirty: ofFolio(one("page_dirty", bool, page)),
    pageAnon: one("page_anon", bool, page),
    pageCache: one("page_cache", bool, page, { initial: inCache }),
    anonExclusive: optionalPerPage(features.has("anon-exclusive"), "page_anon_exclusive"),
    mmapReaders: one("mmap_lock.readers", count, mm),
    mmapWriter: one("mmap_lock.writer", owner, mm),
    ptl: one("ptl", owner, mm),
    driverMutex: one("driver_mutex", owner, device),
    finishPending: devices.some(({ driver }) => driverTraits[driver].twoPasses)
      ? one("finish_pending", bool, device)
      : () => constant(0, bool),
    anonVma,
    movedBetween: moved,
    pageIndex: uses("uffd_move")
      ? one("page_index", int(0, Math.max(0, addresses.length - 1), addresses), page)
      : () => constant(0),
    anonVmaReaders: (own) => anonVmaReaders(lockNumber(own)),
    anonVmaWriter: (own) => anonVmaWriter(lockNumber(own)),
    iMmapReaders: (own) => iMmapReaders(own.index),
    ...declareVmaLocks(declarations, locked, { mms, actors, owner }),
    ...declareAnonVmas(declarations, { mms, locked: locked.map(({ mm: number }) => number) }, { vma, page }),
    vmaMapped,
    vmaLinked:
      uses("munmap") && features.has("munmap-downgrades") ? two("vma_linked", bool, mm, vma, atStart) : vmaMapped,
    vmaWrite: optionalPerVma(uses("mprotect_read", "mprotect_write"), "vma_write", ({ writable }) => writable),
    tracksSoftDirty: optionalPerVma(uses("clear_refs"), "vma_tracks_soft_dirty", () => false),
    pmdMapped: optionalPerVma(mapsByPmd, "pmd_mapped", () => false),
    pageTable: optionalPerVma(mapsByPmd, "page_table", () => false),
    pmdEmpty: optionalPerVma(uses("collapse"), "pmd_empty", () => false),
    vmaLocked: optionalPerVma(uses("mlock"), "vma_locked", () => false),
    userfaultfd: optionalPerVma(
      usesUserfaultfd({ uses }) && uses("mremap"),
      "vma_userfaultfd",
      (own, number) => own.mm === number && own.backing === "anonymous" && startsMapped(own, moves),
    ),
    userfaultAt:
      uses("uffd_wp") && !vmas.every((own) => isAsync({ has }, own))
        ? one("userfault_at", int(0, addresses.length, ["nothing", ...addresses]), actor)
        : () => constant(0),
    truncated: one("truncated", bool, vma),
    invalidateLock: uses("punch_hole") ? one("invalidate_lock", owner, vma) : () => constant(0),
    processState: one("process_state", processStates, mm, { initial: isRoot }),
    finished: (name) => (awaited.includes(name) ? finished(awaited.indexOf(name)) : undefined),
    exitState: uses("exit") ? one("exit_state", exitStates, mm) : () => constant(0, exitStates),
    mmUsers: uses("exit") ? one("mm_users", count, mm) : () => constant(0),
    reaped:
      uses("oom_reap") && features.has("fault-spares-reaped") ? one("mm_unstable", bool, mm) : () => constant(0, bool),
    // A fault that does not read the entry again counts the page that another fault has counted.
    rssAnon: one(
      "rss_anon",
      int(0, addresses.length + (features.has("swap-in-rechecks-entry") ? 0 : actors.length)),
      mm,
    ),
    rssFile: one("rss_file", int(0, addresses.length), mm),
    activeInvalidations: one(
      "active_invalidate_ranges",
      int(
        0,
        mostInvalidations({
          scenario,
          vmas: vmas.length,
          nested: features.has("zap-restores-exclusive") || splitsWithin,
        }),
      ),
      mm,
    ),
    tlbFlushBatched:
      threads.length > 0 && (uses("reclaim") || (uses("migrate") && !features.has("migration-flushes-tlb")))
        ? one("tlb_flush_batched", bool, mm)
        : () => constant(0, bool),
    tlbFlushPending:
      uses("uffd_wp", "uffd_resolve") || (uses("pagemap_scan") && uses("mprotect_read", "mprotect_write"))
        ? one("tlb_flush_pending", count, mm)
        : () => constant(0),
    faultWorker: devices.some(
      ({ driver }, number) =>
        driverTraits[driver].oneFaultWorker && engines.filter((info) => info.device === number).length > 1,
    )
      ? one("fault_worker", owner, device)
      : undefined,
    subscription: one("interval_sub", int(0, addresses.length, ["none", ...addresses]), engine),
    subscriptionStale: one("interval_sub.stale", bool, engine),
    subscriptionInvalidating: one("interval_sub.invalidating", bool, engine),
    cpuTlb: one("cpu_tlb", types.cpuTlb, thread),
    devicePte: two("device_pte", types.deviceEntry, device, va),
    deviceTlb: two("device_tlb", types.deviceEntry, device, va),
    atomicInFlight: one("atomic_in_flight", pageOrNone, engine),
    isolated: ofFolio(optionalPerPage(asksIfListed, "page_isolated")),
    partlyMapped: ofFolio(optionalPerPage(asksIfPartlyMapped, "page_partially_mapped")),
    swapSlots,
    swapCount: one("swap_count", int(0, mms.length * addresses.length), slot),
    swapCache: one("swap_cache", pageOrNone, slot),
    synchronousSwap,
    slotClaimed:
      skipsCache && features.has("swap-in-claims-slot") ? one("swap_claimed", bool, slot) : () => constant(0, bool),
    slotRead: skipsCache
      ? one("slot_read", int(0, swapSlots, ["none", ...slot.labels]), actor, {
          ghost: true,
          says: "{0} has read slot {value} past the swap cache",
        })
      : () => constant(0),
    slotReadOutdated: skipsCache
      ? one("slot_read.outdated", bool, actor, { ghost: true, says: "the slot that {0} has read was written since" })
      : () => constant(0, bool),
    rssSwap: swapSlots > 0 ? one("rss_swap", int(0, addresses.length), mm) : () => constant(0),
    pinned: two("pinned", pageOrNone, pinner, va),
    ...declareFastPins(declarations, { features, pinners, forkers }, { mm, pinner, pageOrNone }),
    gotten: two("gotten", pageOrNone, getter, va),
    pinAttached: two("pin_attached", bool, pinner, va, {
      ghost: true,
      says: "the page that {0} pinned at {1} still belongs to the process",
    }),
    newer: optionalPerPage(swapSlots > 0, "page_newer", {
      ghost: true,
      says: "the content of {0} is not in its swap slot",
    }),
    hwpoison: optionalPerPage(uses("memory_failure"), "page_hwpoison"),
    retired: optionalPerPage(uses("memory_failure"), "page_retired", {
      ghost: true,
      says: "memory_failure has taken {0} out of use",
    }),
    pageMlocked: ofFolio(optionalPerPage(uses("mlock"), "page_mlocked")),
    lazyfree: ofFolio(optionalPerPage(uses("madvise_free") && uses("reclaim"), "page_lazyfree")),
    merged: optionalPerPage(uses("ksm_merge"), "page_merged"),
    outdated: optionalPerPage(uses("ksm_merge", "uprobe_replace"), "page_outdated", {
      ghost: true,
      says: "{0} was written to after it was copied or compared",
    }),
    copied: optionalPerPage(isMoving || uses("collapse"), "page_copied", {
      ghost: true,
      says: "{0} was copied to the page that will replace it",
    }),
    watchesCopies,
    copying: watchesCopies
      ? one("copying", pageOrNone, actor, { ghost: true, says: "{0} copies from {value}" })
      : () => constant(0),
    copyOutdated: watchesCopies
      ? one("copying.outdated", bool, actor, {
          ghost: true,
          says: "the page that {0} copies from was written to since",
        })
      : () => constant(0, bool),
    written: uses("clear_refs")
      ? two("written", bool, mm, va, {
          ghost: true,
          says: "{0} wrote to {1} since soft-dirty was cleared",
        })
      : () => constant(0, bool),
    clearing: uses("clear_refs")
      ? one("clearing_soft_dirty", bool, mm, {
          ghost: true,
          says: "the soft-dirty bits of {0} are being cleared",
        })
      : () => constant(0, bool),
    writing: one("writing", int(0, addresses.length, ["nothing", ...addresses]), writer, {
      ghost: true,
      says: "{0} is about to write to {value}",
    }),
    armed: usesUserfaultfd({ uses })
      ? two("armed", bool, mm, va, {
          ghost: true,
          says: "writes to {1} of {0} must be reported",
        })
      : () => constant(0, bool),
    arming: two("arming", bool, armer, va, { ghost: true, says: "{0} is write-protecting {1}" }),
    freed: uses("madvise_free")
      ? two("freed", bool, mm, va, {
          ghost: true,
          says: "{0} gave {1} up and has not written there since",
        })
      : () => constant(0, bool),
    freeing: two("freeing", bool, freer, va, { ghost: true, says: "{0} is giving {1} up" }),
    failed: one("failed", bool, actor, { ghost: true, says: "an operation of {0} has failed" }),
    held: (of, number) => held(of, head(number)),
    named: one("named", pageOrNone, actor, {
      ghost: true,
      says: "{0} took {value} from the entry, without a reference",
    }),
    namedStale: one("named.stale", bool, actor, { ghost: true, says: "the page that {0} took was freed" }),
  };
}

/**
 * Each actor has one invalidation under way. Zapping that restores an entry opens the invalidation of the fault within
 * its own. So do fork, mremap, a zap, a protection or a scan of a part of a folio, a move to a device, and MADV_FREE, if they
 * split the folio or its mapping (`nested`). Nouveau refuses the reaper's invalidation, which then stays open for ever:
 * one for each VMA that the reaper visits.
 */
function mostInvalidations(of: { readonly scenario: Scenario; readonly vmas: number; readonly nested: boolean }) {
  const { actors, initially } = of.scenario;
  const isReaping = ({ operation }: OperationCall) => operation === "oom_reap";
  const reapings = actors
    .flatMap(({ run }) => run)
    .map((item) =>
      item.kind === "operation" ? Number(isReaping(item.call)) : item.calls.some(isReaping) ? item.times : 0,
    );
  const before = initially.filter(({ call }) => isReaping(call)).length;
  const reaped = reapings.reduce((sum, times) => sum + times, before);
  return (of.nested ? 2 : 1) * actors.length + reaped * of.vmas;
}
