/** The names that properties use for the machine's state. */
import {
  add,
  and,
  constant,
  type Expr,
  eq,
  field,
  gt,
  isConstant,
  lift,
  load,
  ne,
  not,
  type Operand,
  or,
  select,
  subtract,
  sum,
} from "../ir/expression.ts";
import { inOldState } from "../ir/old-state.ts";
import type { Program } from "../ir/program.ts";
import type { Schema, SchemaList, SchemaRecord, SchemaScalar, SchemaValue } from "../ir/schema.ts";
import { bool, type EnumType, enumeration, int, rangeOf, type ValueType } from "../ir/types.ts";
import { mayWrite } from "./driver/device-entry.ts";
import { pinsOf } from "./kernel/pin.ts";
import { inSwapCache, slotsOf } from "./kernel/swap-cache.ts";
import { type Machine, processStates, vmaAt } from "./machine.ts";

export function machineSchema(machine: Machine, program: Program): Schema {
  const now = names(machine, program);
  const before = Object.fromEntries(Object.entries(now).map(([name, value]) => [name, old(value)]));
  return (inOld) => (inOld ? before : now);
}

function names(machine: Machine, program: Program): Readonly<Record<string, SchemaValue>> {
  const { mms, addresses, pages, devices, actors, threads, engines } = machine;
  const processType = enumeration(
    "Process",
    mms.map(({ name }) => name),
  );
  const addressType = enumeration("Address", addresses);
  const actorType = enumeration(
    "Actor",
    actors.map(({ name }) => name),
  );
  const actorNames = actorType.literals;
  const running = (mm: Operand) =>
    eq(
      lookup(
        mm,
        mms.map((_, number) => machine.processState(number)),
      ),
      literalOf(processStates, "running"),
    );
  const perAddress = <T>(values: readonly T[], of: (value: T, va: number) => Expr) =>
    values.flatMap((value) => addresses.map((_, va) => of(value, va)));
  const mmNumbers = mms.map((_, number) => number);
  const number = (value: number, max: number) => constant(value, int(0, Math.max(0, max)));

  const vmaWriteAt = (position: Operand) =>
    lookup(
      position,
      mmNumbers.flatMap((mm) => addresses.map((_, va) => mayWriteVma(machine, mm, va))),
    );

  const ptes = list(
    mms.flatMap(({ name }) => addresses.map((address) => `${name}:${address}`)),
    (position) => {
      const pte = machine.pte(0, position);
      const mm = lookup(
        position,
        perAddress(mmNumbers, (value) => number(value, mms.length - 1)),
      );
      const va = lookup(
        position,
        perAddress(mmNumbers, (_, value) => number(value, addresses.length - 1)),
      );
      return record("Pte", {
        process: lookup(
          position,
          perAddress(mmNumbers, (value) => constant(value, processType)),
        ),
        address: lookup(
          position,
          perAddress(mmNumbers, (_, value) => constant(value, addressType)),
        ),
        mm,
        va,
        running: running(mm),
        kind: field(pte, "kind"),
        pfn: field(pte, "pfn"),
        folio: retype(machine.head(field(pte, "pfn")), int(0, pages.length)),
        zero_page: and(eq(field(pte, "kind"), "present"), eq(field(pte, "pfn"), machine.noPage)),
        mapped: or(
          and(eq(field(pte, "kind"), "present"), ne(field(pte, "pfn"), machine.noPage)),
          machine.has("entries-keep-mapcount") ? eq(field(pte, "kind"), "device_exclusive") : false,
        ),
        // Whether the entry lets a device write. The one kind of entry of v6.15 leaves that to the VMA.
        device_writable: and(
          eq(field(pte, "kind"), "device_exclusive"),
          not(field(pte, "uffd_wp")),
          machine.has("restore-recomputes-write") ? vmaWriteAt(position) : field(pte, "write"),
        ),
        // What was written since soft-dirty was cleared, in a VMA that tracks it, and what is armed for write protection.
        tracked: lookup(
          position,
          mmNumbers.flatMap((number) => addresses.map((_, at) => machine.tracksSoftDirty(number, vmaAt(machine, at)))),
        ),
        written: machine.written(0, position),
        armed: eq(machine.armed(0, position), 2),
        vma_locked: lookup(
          position,
          mmNumbers.flatMap((number) => addresses.map((_, at) => machine.vmaLocked(number, vmaAt(machine, at)))),
        ),
        given_up: ne(machine.givenUp(0, position), 0),
        slot: machine.swapSlots > 0 ? field(pte, "slot") : constant(0, int(0, 0)),
        write: field(pte, "write"),
        dirty: field(pte, "dirty"),
        young: field(pte, "young"),
        soft_dirty: field(pte, "soft_dirty"),
        uffd_wp: field(pte, "uffd_wp"),
      });
    },
  );
  const deviceType = enumerationOrEmpty(
    "Device",
    devices.map(({ name }) => name),
  );
  const deviceEntries = (name: string, entry: (position: Operand) => Expr) =>
    list(
      devices.flatMap((device) => addresses.map((address) => `${device.name}:${address}`)),
      (position) =>
        record(name, {
          device: lookup(
            position,
            perAddress([...devices.keys()], (value) => constant(value, deviceType)),
            deviceType,
          ),
          mm: lookup(
            position,
            perAddress(devices, (value) => number(value.mm ?? 0, mms.length - 1)),
          ),
          va: lookup(
            position,
            perAddress(devices, (_, value) => number(value, addresses.length - 1)),
          ),
          valid: field(entry(position), "valid"),
          pfn: field(entry(position), "pfn"),
          atomic: field(entry(position), "atomic"),
          write: or(field(entry(position), "atomic"), mayWrite(machine, entry(position))),
        }),
    );

  return {
    pages: list(pages, (page) =>
      record("Page", {
        index: retype(lift(page), int(0, pages.length - 1)),
        // The first page of its folio: whose reference count, lock and dirty flag it has.
        folio: retype(machine.head(page), int(0, pages.length - 1)),
        refcount: machine.refcount(page),
        mapcount: machine.mapcount(page),
        locked: ne(machine.pageLock(page), 0),
        dirty: machine.pageDirty(page),
        anon: machine.pageAnon(page),
        page_cache: machine.pageCache(page),
        copied: machine.copied(page),
        swap_cache: retype(inSwapCache(machine, lift(page)), bool),
        newer_than_swap: machine.newer(page),
        lazyfree: machine.lazyfree(page),
        merged: machine.merged(page),
        mlocked: machine.pageMlocked(page),
        pins: pinsOf(machine, lift(page)),
        held: sum(actors.map((_, actor) => machine.held(actor, page))),
      }),
    ),
    ptes,
    mms: list(
      mms.map(({ name }) => name),
      (mm) =>
        record("Mm", {
          process: retype(lift(mm), processType),
          index: retype(lift(mm), int(0, mms.length - 1)),
          running: running(mm),
          rss_anon: lookup(
            mm,
            mmNumbers.map((value) => machine.rssAnon(value)),
          ),
          rss_file: lookup(
            mm,
            mmNumbers.map((value) => machine.rssFile(value)),
          ),
          rss_swap: lookup(
            mm,
            mmNumbers.map((value) => machine.rssSwap(value)),
          ),
          ptl_held: ne(
            lookup(
              mm,
              mmNumbers.map((value) => machine.ptl(value)),
            ),
            0,
          ),
          mmap_write_locked: ne(
            lookup(
              mm,
              mmNumbers.map((value) => machine.mmapWriter(value)),
            ),
            0,
          ),
          mmap_readers: lookup(
            mm,
            mmNumbers.map((value) => machine.mmapReaders(value)),
          ),
          invalidations: lookup(
            mm,
            mmNumbers.map((value) => machine.activeInvalidations(value)),
          ),
        }),
    ),
    vmas: list(
      machine.vmas.map(({ name }) => name),
      (vma) =>
        record("Vma", {
          index: retype(lift(vma), int(0, machine.vmas.length - 1)),
          anon_vma_readers: lookup(
            vma,
            machine.vmas.map((own) => machine.anonVmaReaders(own)),
          ),
          i_mmap_readers: lookup(
            vma,
            machine.vmas.map((own) => machine.iMmapReaders(own)),
          ),
        }),
    ),
    swap_slots: list(
      slotsOf(machine).map((slot) => `slot ${slot}`),
      (slot) =>
        record("SwapSlot", {
          index: retype(lift(slot), int(0, Math.max(0, machine.swapSlots - 1))),
          count: machine.swapCount(slot),
          cached: gt(machine.swapCache(slot), 0),
          page: subtract(machine.swapCache(slot), 1),
        }),
    ),
    pins: list(
      machine.pinners.flatMap(({ actor }) => addresses.map((address) => `${actorNames[actor]}:${address}`)),
      (position) => {
        const { pinners } = machine;
        const page = machine.pinned(0, position);
        return record("Pin", {
          actor: lookup(
            position,
            perAddress(pinners, ({ actor }) => constant(actor, actorType)),
            actorType,
          ),
          mm: lookup(
            position,
            perAddress(pinners, ({ mm }) => number(mm, mms.length - 1)),
          ),
          va: lookup(
            position,
            perAddress(pinners, (_, va) => number(va, addresses.length - 1)),
          ),
          valid: ne(page, 0),
          pfn: subtract(page, 1),
        });
      },
    ),
    cpu_tlbs: list(
      threads.map(({ actor }) => actorNames[actor] ?? ""),
      (thread) => {
        const entries = threads.map((_, value) => machine.cpuTlb(value));
        // A system without threads still says what an entry is.
        const entry = entries.length > 0 ? lookup(thread, entries) : constant(0, machine.types.cpuTlb);
        return record("CpuTlbEntry", {
          thread: lookup(
            thread,
            threads.map(({ actor }) => constant(actor, actorType)),
          ),
          mm: lookup(
            thread,
            threads.map(({ mm }) => number(mm, mms.length - 1)),
          ),
          valid: field(entry, "valid"),
          va: field(entry, "va"),
          pfn: field(entry, "pfn"),
          zero_page: and(field(entry, "valid"), eq(field(entry, "pfn"), machine.noPage)),
          write: field(entry, "write"),
          dirty: field(entry, "dirty"),
        });
      },
    ),
    device_ptes: deviceEntries("DevicePte", (position) => machine.devicePte(0, position)),
    device_tlbs: deviceEntries("DeviceTlbEntry", (position) => machine.deviceTlb(0, position)),
    // One entry for each engine, since each can have an atomic of its own under way.
    devices: list(
      engines.map(({ actor }) => actorNames[actor] ?? ""),
      (engine) => {
        const inFlight = lookup(
          engine,
          engines.map((_, value) => machine.atomicInFlight(value)),
        );
        return record("Engine", {
          device: lookup(
            engine,
            engines.map(({ device }) => constant(device, deviceType)),
            deviceType,
          ),
          engine: lookup(
            engine,
            engines.map(({ actor }) => constant(actor, actorType)),
          ),
          atomic_in_flight: ne(inFlight, 0),
          atomic_page: subtract(inFlight, 1),
          subscribed: ne(
            lookup(
              engine,
              engines.map((_, value) => machine.subscription(value)),
            ),
            0,
          ),
          mutex_held: ne(
            lookup(
              engine,
              engines.map(({ device }) => machine.driverMutex(device)),
            ),
            0,
          ),
        });
      },
    ),
    actors: list(actorNames, (actor) =>
      record("Actor", {
        actor: retype(lift(actor), actorType),
        finished: lookup(
          actor,
          program.actors.map(({ pc, final, first }) => eq(load(pc), final - first)),
        ),
        failed: lookup(
          actor,
          actors.map((_, value) => machine.failed(value)),
        ),
        page_locks: lookup(
          actor,
          actors.map((_, value) => sum(pages.map((_, page) => eq(machine.pageLock(page), value + 1)))),
        ),
        references: lookup(
          actor,
          actors.map((_, value) => sum(pages.map((_, page) => machine.held(value, page)))),
        ),
        other_locks: lookup(
          actor,
          actors.map((_, value) => {
            const locks = [
              ...mmNumbers.flatMap((mm) => [machine.mmapWriter(mm), machine.ptl(mm)]),
              ...devices.map((_, device) => machine.driverMutex(device)),
            ];
            return sum(locks.map((lock) => eq(lock, value + 1)));
          }),
        ),
      }),
    ),
  };
}

/** Permission that mprotect() has taken away lasts until it has told the devices; it holds the mmap lock that long. */
function mayWriteVma(machine: Machine, mm: number, va: number): Expr {
  const vma = vmaAt(machine, va);
  const write = machine.vmaWrite(mm, vma);
  return isConstant(write) || !vma.writable ? write : or(write, ne(machine.mmapWriter(mm), 0));
}

const scalar = (expr: Expr): SchemaScalar => ({ kind: "scalar", expr });

function record(name: string, fields: Readonly<Record<string, Expr>>): SchemaRecord {
  return {
    kind: "record",
    name,
    fields: Object.fromEntries(Object.entries(fields).map(([key, expr]) => [key, scalar(expr)])),
  };
}

function list(labels: readonly string[], at: (position: Operand) => SchemaValue): SchemaList {
  return { kind: "list", length: labels.length, labels, at };
}

/** The value at a position, known or not; beyond the end the smallest value there is of that type. */
function lookup(position: Operand, values: readonly Expr[], type: ValueType = values[0]?.type ?? int(0, 0)): Expr {
  const at = lift(position);
  const beyond = constant(rangeOf(type)[0], type);
  if (isConstant(at)) return values[at.value] ?? beyond;
  return values.reduce<Expr>((otherwise, value, offset) => select(eq(at, offset), value, otherwise), beyond);
}

function retype(expr: Expr, type: ValueType): Expr {
  return expr.op === "const" ? { ...expr, type } : ({ ...add(expr, 0), type } as Expr);
}

function literalOf(type: EnumType, name: string): Expr {
  return constant(type.literals.indexOf(name), type);
}

function enumerationOrEmpty(name: string, literals: readonly string[]): EnumType {
  return enumeration(name, literals.length === 0 ? ["none"] : literals);
}

function old(value: SchemaValue): SchemaValue {
  switch (value.kind) {
    case "scalar":
      return scalar(inOldState(value.expr));
    case "record":
      return {
        ...value,
        fields: Object.fromEntries(Object.entries(value.fields).map(([name, part]) => [name, old(part)])),
      };
    case "list":
      return { ...value, at: (position) => old(value.at(position)) };
  }
}
