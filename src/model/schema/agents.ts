/** CPUs, devices and actors, as properties see them. */
import {
  and,
  constant,
  type Expr,
  eq,
  field,
  lift,
  load,
  ne,
  type Operand,
  or,
  subtract,
  sum,
} from "../../ir/expression.ts";
import { at } from "../../ir/lookup.ts";
import type { ProgramNames } from "../../ir/program.ts";
import type { SchemaValue } from "../../ir/schema.ts";
import { bool } from "../../ir/types.ts";
import { mayWrite } from "../machine/device-entry.ts";
import { isMemoryOf } from "../machine/device-memory.ts";
import type { Machine } from "../machine/machine.ts";
import { list, lookup, record, retype } from "./values.ts";
import type { Vocabulary } from "./vocabulary.ts";

export function agentNames(
  machine: Machine,
  program: ProgramNames,
  vocabulary: Vocabulary,
): Readonly<Record<string, SchemaValue>> {
  const { mms, addresses, pages, devices, actors, threads, engines } = machine;
  const { actorType, actorNames, deviceType, mmNumbers, perAddress, number } = vocabulary;
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
          own_memory: lookup(
            position,
            perAddress([...devices.keys()], (device) => isMemoryOf(machine, device, field(entry(position), "pfn"))),
            bool,
          ),
          atomic: field(entry(position), "atomic"),
          write: or(field(entry(position), "atomic"), mayWrite(machine, entry(position))),
        }),
    );

  return {
    cpu_tlbs: list(
      threads.map(({ actor }) => at(actorNames, actor)),
      (thread) => {
        const entries = threads.map((_, value) => machine.cpuTlb(value));
        // A system without threads still defines what a TLB entry is.
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
    // One element for each engine, because each engine can have an atomic of its own under way.
    devices: list(
      engines.map(({ actor }) => at(actorNames, actor)),
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
              ...mmNumbers.flatMap((mm) => machine.vmaLocksOf(mm).map(({ writer }) => writer)),
              ...devices.map((_, device) => machine.driverMutex(device)),
              ...(machine.uses("punch_hole") ? machine.vmas.map(({ index }) => machine.invalidateLock(index)) : []),
            ];
            return sum(locks.map((lock) => eq(lock, value + 1)));
          }),
        ),
      }),
    ),
  };
}
