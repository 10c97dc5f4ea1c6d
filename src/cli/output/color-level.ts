import { Chalk, type ChalkInstance, type ColorSupportLevel } from "chalk";
import type { Output } from "../surroundings/surroundings.ts";

/** Colours for one stream. The options decide first, then the environment, then what the stream can show. */
export function colorsFor(stream: Output | undefined, asked: boolean | undefined, env: Env): ChalkInstance {
  return new Chalk({ level: levelOf(stream, asked, env) });
}

type Env = Readonly<Record<string, string | undefined>>;

function levelOf(stream: Output | undefined, asked: boolean | undefined, env: Env): ColorSupportLevel {
  if (asked === false) return 0;
  const own = ownLevel(stream);
  if (asked === true) return own === 0 ? 1 : own;
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) return forcedLevel(forced);
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== "") return 0;
  return own;
}

/** As in other programs: `FORCE_COLOR=0` or `false` means no colours, 1 to 3 a level, anything else level 1. */
function forcedLevel(value: string): ColorSupportLevel {
  if (value === "0" || value === "false") return 0;
  return value === "2" ? 2 : value === "3" ? 3 : 1;
}

function ownLevel(stream: Output | undefined): ColorSupportLevel {
  if (stream?.isTTY !== true) return 0;
  const depth = stream.getColorDepth?.() ?? 1;
  return depth >= 24 ? 3 : depth >= 8 ? 2 : depth >= 4 ? 1 : 0;
}
