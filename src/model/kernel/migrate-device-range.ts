/** Collecting pages of a device by their numbers, for a driver that empties its memory (mm/migrate_device.c). */
import { and, eq, makeWord } from "../../ir/expression.ts";
import { procedure } from "../../ir/recorder.ts";
import { isMemoryOf } from "../machine/device-memory.ts";
import { rootOf } from "../machine/machine.ts";
import { hasPage, type MigrateVma, migrateMappings, migratePfn } from "./migrate-device.ts";
import { getPage, putPage, tryLockPage } from "./page.ts";
import { isDevicePrivate, pfn } from "./page-table.ts";

/**
 * migrate_device_range() for one page: takes a reference and the page lock, and replaces all mappings. No lock of an
 * address space is held, and no page table is read: the address only says which page is meant. If the process itself
 * maps none of the device's pages there, that is the page of a process with which it shares pages since a fork.
 */
export const migrateDeviceRange = procedure<MigrateVma>(
  "migrate_device_range",
  { file: "mm/migrate_device.c", returns: ({ context }) => migratePfn(context.machine) },
  (k, request) => {
    const { context, va, device } = request;
    const { machine, mm } = context;
    const type = migratePfn(machine);
    const src = k.register("src", type);
    const page = k.register("page", machine.types.page);
    k.step("folio_get_nontail_page", "takes a reference to the page of the device's memory", () => {
      k.set(src, makeWord(type, {}));
      k.set(page, machine.noPage);
      const related = [...machine.mms.keys()].filter((other) => rootOf(machine, other) === rootOf(machine, mm));
      for (const other of [mm, ...related.filter((one) => one !== mm)]) {
        const pte = machine.pte(other, va);
        const means = and(eq(page, machine.noPage), isDevicePrivate(pte), isMemoryOf(machine, device, pfn(pte)));
        k.if(means, () => k.set(page, pfn(pte)));
      }
      k.if(
        eq(page, machine.noPage),
        () => k.outcome("finds the page nowhere in the device's memory"),
        () => {
          k.outcome("takes a reference to", page);
          getPage(k, context, page);
        },
      );
    });
    k.if(eq(page, machine.noPage), () => k.return(src));
    k.step("folio_trylock", "takes the page lock if it is free", () => {
      k.set(src, makeWord(type, { found: "page", pfn: page }));
      tryLockPage(k, context, page, () => k.set(src, makeWord(type, {})));
    });
    k.if(
      hasPage(src),
      () => migrateMappings(k, request, page),
      () => k.step("folio_put of a locked page", "drops the reference", () => putPage(k, context, page)),
    );
    k.return(src);
  },
);
