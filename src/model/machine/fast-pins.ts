/** The state of pins that are taken without any lock, for the actors that take them. */
import { constant, type Expr } from "../../ir/expression.ts";
import { bool, type ValueType } from "../../ir/types.ts";
import type { Dimension } from "../../ir/variable.ts";
import type { FeatureSet } from "../features/catalogue.ts";
import type { Declarations } from "./declarations.ts";
import type { Machine, PinnerInfo } from "./machine.ts";

interface Users extends Pick<Machine, "pinners" | "forkers"> {
  readonly features: FeatureSet;
}

interface Dimensions {
  readonly mm: Dimension;
  readonly pinner: Dimension;
  readonly pageOrNone: ValueType;
}

export function declareFastPins(
  { one }: Declarations,
  { features, pinners, forkers }: Users,
  { mm, pinner, pageOrNone }: Dimensions,
): Pick<Machine, "fastPin" | "writeProtectSeq"> {
  const meetsFork = (info: PinnerInfo) => info.fast && forkers.some((forker) => forker.mm === info.mm);
  const isCounted = features.has("fork-excludes-gup-fast") && pinners.some(meetsFork);
  const fastPin = pinners.some(({ fast }) => fast) ? one("fast_pin", pageOrNone, pinner) : undefined;
  const odd = isCounted ? one("write_protect_seq.odd", bool, mm) : undefined;
  const changed = isCounted ? one("write_protect_seq.changed", bool, pinner) : undefined;
  return {
    fastPin: (number): Expr =>
      fastPin !== undefined && pinners[number]?.fast === true ? fastPin(number) : constant(0),
    writeProtectSeq: (number) => {
      const info = pinners[number];
      if (odd === undefined || changed === undefined || info === undefined || !meetsFork(info)) return undefined;
      return { odd: odd(info.mm), changed: changed(number) };
    },
  };
}
