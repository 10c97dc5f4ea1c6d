/** References that only read, without a pin: what get_user_pages(FOLL_GET) takes for vmsplice, and put_page() drops. */
import { add, eq, ne, subtract } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import type { Context } from "../machine/context.ts";
import { gupFast } from "./gup-fast.ts";
import { addReference, dropReference } from "./page.ts";
import { pfn } from "./page-table.ts";
import { takeUserPage, type UserPage } from "./user-page.ts";

export interface UserReference {
  readonly context: Context;
  readonly getter: number;
  readonly va: number;
}

/** get_user_pages(FOLL_GET): takes whatever page is mapped, also one that others share. It unshares nothing. */
export const getUserPages = procedure<UserReference>("get_user_pages", { file: "mm/gup.c" }, (k, reference) =>
  takeUserPage(k, slowGet(k, reference)),
);

/** get_user_pages_fast(FOLL_GET): without any lock if a page is mapped. Otherwise a fault may drop the mmap lock. */
export const getUserPagesFast = procedure<UserReference>(
  "get_user_pages_fast",
  { file: "mm/gup.c" },
  (k, reference) => {
    const { context, getter, va } = reference;
    const done = k.call(gupFast, { context, va, write: false, for: { getter } });
    k.if(done, () => k.return());
    takeUserPage(k, { ...slowGet(k, reference), unlockable: true });
  },
);

function slowGet(k: Recorder, { context, getter, va }: UserReference): UserPage {
  const { machine, mm } = context;
  const gotten = machine.gotten(getter, va);
  return {
    context,
    va,
    write: false,
    holds: gotten,
    take: () => {
      const page = pfn(machine.pte(mm, va));
      k.outcome("takes a reference to", page);
      addReference(k, machine, page);
      k.set(gotten, add(page, 1));
    },
  };
}

/** put_page() */
export const putUserPage = procedure<UserReference>("put_page", { file: "mm/swap.c" }, (k, { context, getter, va }) => {
  const gotten = context.machine.gotten(getter, va);
  k.step("put_page", "drops the reference, if there is one", () => {
    k.if(eq(gotten, 0), () => k.outcome("has no page"));
    k.if(ne(gotten, 0), () => {
      k.outcome("drops the reference");
      dropReference(k, context, subtract(gotten, 1));
      k.set(gotten, 0);
    });
  });
});
