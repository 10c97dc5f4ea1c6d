/** Why no scenario can reach a step. The key is procedure and label as docs/fidelity.md prints them. */
export const unreachedReasons: Readonly<Record<string, string>> = {
  "make_device_exclusive: folio_put of a file page":
    "get_user_pages breaks copy on write first, so for a private mapping it returns an anonymous page. The kernel checks because of shared mappings, which the model does not have.",
  "do_swap_page: swapcache_clear before retry":
    "a page that was read past the swap cache is mapped by no entry yet, and in the model every other actor finds pages by their entries. In the kernel, reclaim and compaction find it on its LRU list and may lock it for a moment; a page with the fault's reference stays where it is.",
};
