/** Why no scenario can reach a step, by procedure and label as docs/fidelity.md prints them. */
export const unreachedReasons: Readonly<Record<string, string>> = {
  "make_device_exclusive: folio_put of a file page":
    "get_user_pages breaks copy on write first, so what it gives for a private mapping is anonymous. The kernel checks because of shared mappings, which the model has not.",
};
