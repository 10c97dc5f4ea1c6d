/** get_user_pages (mm/gup.c), for one page to be written. */
import { and, eq, field, not } from "../../ir/expression.ts";
import { procedure } from "../../ir/recorder.ts";
import { enumeration } from "../../ir/types.ts";
import type { Context } from "../context.ts";
import { vmaAt } from "../machine.ts";
import { handleMmFault } from "./fault.ts";
import { getPage } from "./page.ts";
import { awaitPtl, isPresent, pfn } from "./page-table.ts";

const followed = enumeration("FollowPage", ["fault", "got", "no_vma"]);

export interface GetUserPages {
  readonly context: Context;
  readonly va: number;
  /** The device whose driver asks, if any. */
  readonly owner?: number | undefined;
}

/**
 * get_user_pages_remote(FOLL_GET | FOLL_WRITE | FOLL_SPLIT_PMD, locked = NULL): the page with a reference in the
 * actor's hands, or no page. The mmap lock is held for reading and never dropped on the way, so a fault that meets a
 * locked page waits with the lock held, and one that meets userfaultfd write protection fails. Mappings are of small
 * pages, so there is no PMD to split.
 */
export const getUserPagesRemote = procedure<GetUserPages>(
  "get_user_pages_remote",
  { file: "mm/gup.c", returns: ({ context }) => context.machine.types.page },
  (k, { context, va, owner }) => {
    const { machine, mm } = context;
    const vma = vmaAt(machine, va);
    const pte = machine.pte(mm, va);
    const page = k.register("page", machine.types.page);
    const outcome = k.register("outcome", followed);
    k.loop(() => {
      k.step("follow_page_pte", "under the PTL: takes a reference if the entry is present and writable", () => {
        k.if(
          and(machine.vmaMapped(mm, vma.index), machine.vmaWrite(mm, vma)),
          () => {
            awaitPtl(k, context, mm);
            k.if(
              and(isPresent(pte), field(pte, "write")),
              () => {
                k.set(outcome, "got");
                k.set(page, pfn(pte));
                getPage(k, context, pfn(pte));
                // FOLL_TOUCH: the page is about to be written.
                if (machine.has("gup-dirties-page"))
                  k.if(not(field(pte, "dirty")), () => k.set(machine.pageDirty(pfn(pte)), true));
              },
              () => k.set(outcome, "fault"),
            );
          },
          () => k.set(outcome, "no_vma"),
        );
      });
      k.if(eq(outcome, "no_vma"), () => k.return(machine.noPage));
      k.if(eq(outcome, "got"), () => k.return(page));
      const result = k.call(handleMmFault, {
        context,
        va,
        write: true,
        mayRetry: { op: "const", type: { kind: "bool" }, value: 0 },
        byGup: true,
        owner,
      });
      k.if(eq(result, "signal"), () => k.return(machine.noPage));
    });
  },
);
