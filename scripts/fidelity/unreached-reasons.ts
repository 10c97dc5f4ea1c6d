/** Why no scenario can reach a step, by procedure and label as docs/fidelity.md prints them. */
export const unreachedReasons: Readonly<Record<string, string>> = {
  "make_device_exclusive: folio_put of a file page":
    "get_user_pages breaks copy on write first, so what it gives for a private mapping is anonymous. The kernel checks because of shared mappings, which the model has not.",
  "try_to_protect: page_not_mapped after PROCESS":
    "a page that is writable in one process is mapped by no other, so the walk has nothing left to visit.",
  "try_to_protect: rmap_walk PROCESS":
    "a page that is writable in one process is mapped by no other, so the walk ends before it comes to the next.",
};
