/** Why no scenario can reach a step. The key is procedure and label as docs/fidelity.md prints them. */
export const unreachedReasons: Readonly<Record<string, string>> = {
  "make_device_exclusive: folio_put of a file page":
    "get_user_pages breaks copy on write first, so for a private mapping it returns an anonymous page. The kernel checks because of shared mappings, which the model does not have.",
};
