import { nearestFirst } from "../../../text/did-you-mean.ts";

/** If nothing fits what is typed, as many names are offered that the reader may have meant. */
const mostMeant = 8;

/** Those that fit what is typed, the ones that begin with it first; else those that are most like it. */
export function matching<Labelled extends { readonly label: string }>(
  options: readonly Labelled[],
  typed: string,
): readonly Labelled[] {
  const word = typed.toLowerCase();
  const fitting = options.filter(({ label }) => label.toLowerCase().includes(word));
  if (fitting.length > 0) {
    const begins = ({ label }: Labelled) => label.toLowerCase().startsWith(word);
    return [...fitting.filter(begins), ...fitting.filter((option) => !begins(option))];
  }
  const meant = nearestFirst(
    typed,
    options.map(({ label }) => label),
  ).slice(0, mostMeant);
  return meant.flatMap((name) => options.find(({ label }) => label === name) ?? []);
}
