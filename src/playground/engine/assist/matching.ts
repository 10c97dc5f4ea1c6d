import { didYouMean } from "../../../text/did-you-mean.ts";

/** Those that fit what is typed, the ones that begin with it first; else the one that was most likely meant. */
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
  const meant = didYouMean(
    typed,
    options.map(({ label }) => label),
  );
  return options.filter(({ label }) => label === meant);
}
