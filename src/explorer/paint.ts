import type { ChalkInstance } from "chalk";
import { at } from "../ir/lookup.ts";
import type { Line, Style } from "./line.ts";

const actorColors = ["cyan", "yellow", "magenta", "green", "blue"] as const;

/** Adds the colours of a terminal. The text has the same meaning without them. */
export function paint(line: Line, colors: ChalkInstance): string {
  return line.map(({ text, style }) => paintText(text, style, colors)).join("");
}

function paintText(text: string, style: Style, colors: ChalkInstance): string {
  if (typeof style === "object") return colors[at(actorColors, style.actor % actorColors.length)](text);
  switch (style) {
    case "plain":
      return text;
    case "dim":
      return colors.dim(text);
    case "bold":
      return colors.bold(text);
    case "good":
      return colors.green(text);
    case "bad":
      return colors.red(text);
  }
}
