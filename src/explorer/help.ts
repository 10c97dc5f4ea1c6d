/** What the keys do, in two lines. */
import { type Line, line } from "./line.ts";

const shortHelp: readonly string[] = [
  "left/right step  home/end first/last  : go to  / change of variable  n/N again",
  "up/down choose  enter take  u undo  w write  v all values  ? all keys  q quit",
];

/** On a narrow screen, only the most important keys. */
export function keyHelp(columns: number): readonly Line[] {
  const fits = shortHelp.every(({ length }) => length <= columns);
  return (fits ? shortHelp : ["arrows move  enter take  ? keys  q quit"]).map((text) => line(text, "dim"));
}
