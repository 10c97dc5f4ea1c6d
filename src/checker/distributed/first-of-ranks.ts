/** Of one state of each rank, the first: by its level, and then by its contents. */
import type { Livelocked } from "../livelock/first-livelocked.ts";
import { messagePack } from "../memory/message-pack.ts";
import { compareWords } from "../violations/compare-words.ts";
import type { Ranks } from "./ranks.ts";
import { numberOf } from "./state-numbers.ts";

/** In messages. */
type Sent = Omit<Livelocked, "representative" | "target"> & {
  readonly representative: number[];
  readonly target: number[];
};

/** All ranks call this, also those that have no such state. */
export async function firstOfRanks(ranks: Ranks, own: Livelocked | undefined): Promise<Livelocked | undefined> {
  const all = await ranks.gather(
    own === undefined ? new Uint8Array() : packed({ ...own, index: numberOf(own.index, ranks) }),
  );
  const [first] = all
    .filter((bytes) => bytes.length > 0)
    .map(unpacked)
    .sort(
      (a, b) =>
        a.level - b.level || compareWords(a.representative, b.representative) || compareWords(a.target, b.target),
    );
  return first;
}

function packed(one: Livelocked): Uint8Array {
  const sent: Sent = { ...one, representative: [...one.representative], target: [...one.target] };
  return messagePack().pack(sent);
}

function unpacked(bytes: Uint8Array): Livelocked {
  const { representative, target, ...rest } = messagePack().unpack(bytes) as Sent;
  return { ...rest, representative: Uint32Array.from(representative), target: Uint32Array.from(target) };
}
