/** The style of the viewer, from its page, which the playground brings along to write pages of traces. */
export function viewerStyleIn(page: string): string {
  const [, style] = /<style>([^<]*)<\/style>/.exec(page) ?? [];
  if (style === undefined) throw new Error("the viewer has no style");
  return style;
}
