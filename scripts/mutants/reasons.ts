/** Why no scenario notices that a feature is missing from the model, by its name. src/why/reasons.ts has those of lines. */
export const featureReasons: Readonly<Record<string, string>> = {
  "make-counts-folio":
    "no scenario ends the walk successfully while another page of the folio is mapped. An edit that ends it after the first entry shows the difference (docs/review.md).",
};
