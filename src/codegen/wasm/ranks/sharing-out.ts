/**
 * For several processes that search together: each state belongs to one of them, by its hash. A process expands its own
 * states. It keeps the successors that are its own in the batch, and puts the others where they wait to be sent
 * (src/checker/distributed).
 *
 * A state is judged before it is sent, because only here its move is known. A successor that violates a property is not
 * sent at all.
 */

import type { ExchangePlan } from "../../../memory/exchange-plan.ts";
import { control } from "../../../memory/memory-map.ts";
import type { MemoryPlan } from "../../../memory/memory-plan.ts";
import {
  add,
  and,
  block,
  br,
  type Effect,
  eq,
  extendU,
  gtU,
  i32,
  i64,
  increase,
  type Local,
  load32,
  load64,
  ltU,
  mul,
  ne,
  or,
  set,
  shl,
  shrU,
  store32,
  store64,
  sub,
  type Value,
  when,
  whileTrue,
  wrap,
  xor,
} from "../encoder/instructions.ts";
import { call, callEffect, type FunctionRef, type FunctionScope, setGlobal } from "../encoder/module-builder.ts";
import type { AddressOf } from "../expand/expansion.ts";
import { moveSleepers, sendSleepers } from "../expand/sleeping-actors.ts";
import { canonise } from "../step/canonical-form.ts";
import { hashPairs } from "../store/hash.ts";
import type { StoreParts } from "../store/store-code.ts";
import { copyState } from "../store/whole-states.ts";

type I32 = Value<"i32">;

export interface SharingParts extends StoreParts {
  readonly addressOf: AddressOf;
}

/** A plan of one of several processes. */
export type RankPlan = MemoryPlan & { readonly exchange: ExchangePlan };

/**
 * Not the bits that a table uses: with those, the states of one rank would share a part of its table. A multiplication
 * and its high half give each rank an equal range of numbers.
 */
function ownerOf(hash: Value<"i64">, { size }: ExchangePlan): I32 {
  const spread = shrU(mul(hash, i64(0x9fb21c651e98df25n)), i64(32n));
  return wrap(shrU(mul(spread, i64(BigInt(size))), i64(32n)));
}

/** The bits that select the owner, in pieces of two words. Pieces without such a bit are left out. */
function ownerBits({ exchange: { ownerMasks } }: RankPlan): readonly ((state: I32) => Value<"i64">)[] {
  return ownerMasks.flatMap((low, word) => {
    if (word % 2 === 1) return [];
    const high = ownerMasks[word + 1];
    // The last word of an odd number is a piece by itself.
    const [words, mask] =
      high === undefined
        ? [(state: I32) => extendU(load32(state, word * 4)), BigInt(low)]
        : [(state: I32) => load64(state, word * 4), (BigInt(high) << 32n) | BigInt(low)];
    return mask === 0n ? [] : [(state: I32) => and(words(state), i64(mask))];
  });
}

function findOwner(plan: RankPlan, state: I32, hash: Local<"i64">, owner: Local<"i32">): readonly Effect[] {
  const bits = ownerBits(plan).map((piece) => piece(state));
  return [...hashPairs(hash, bits), set(owner, ownerOf(hash, plan.exchange))];
}

/** Whether two states differ in a bit that selects the owner. */
function mayDifferInOwner(plan: RankPlan, one: I32, other: I32): I32 {
  const differences = ownerBits(plan).map((piece) => xor(piece(one), piece(other)));
  return ne(
    differences.reduce((all, difference) => or(all, difference), i64(0n)),
    i64(0n),
  );
}

/** `owner(address)`: the rank of the stored form of a state at an address. */
export function ownerFunction(plan: RankPlan, { builder }: Pick<StoreParts, "builder">): void {
  builder.func(
    ["i32"],
    "i32",
    ([state], scope) => {
      const [hash, owner] = [scope.local("i64"), scope.local("i32")];
      return [...findOwner(plan, state, hash, owner), owner];
    },
    "owner",
  );
}

/** `(first, last) -> next`, in place of `expand`: leaves only own successors in the batch, in their canonical form. */
export function expandOwn(plan: RankPlan, parts: SharingParts): FunctionRef {
  const { builder, expanding, judge } = parts;
  const { parentsAt, roomForWaiting } = plan.exchange;
  return builder.func(["i32", "i32"], "i32", ([first, last], scope) => [
    set(first, call(expanding.expand, "i32", first, last)),
    ...shareOut(plan, parts, scope, (sharing) => {
      const { raw, move, owner } = sharing;
      const waiting = outgoing(plan, sharing);
      const parent = load32(move);
      return [
        block((done) => [
          ...judge(load32(move, 4), raw, scope, (violated) => [
            callEffect(expanding.record, parent, load32(move, 4), violated, raw),
            br(done),
          ]),
          store32(add(i32(parentsAt), shl(add(mul(owner, i32(roomForWaiting)), waiting.number), i32(2))), parent),
          ...sendSleepers(plan, parts.worker, waiting),
          ...waiting.add,
        ]),
      ];
    }),
    first,
  ]);
}

/**
 * The same for questions after the search: all successors of other ranks wait to be sent. Their parents and moves are
 * at the end of the same bytes, the last one first, because the answers come in this order.
 */
export function expandToAsk(plan: RankPlan, parts: SharingParts, expand: FunctionRef): FunctionRef {
  const { builder } = parts;
  return builder.func(["i32", "i32"], "i32", ([first, last], scope) => [
    set(first, call(expand, "i32", first, last)),
    ...shareOut(plan, parts, scope, (sharing) => {
      const waiting = outgoing(plan, sharing);
      const beside = sub(sub(waiting.end, i32(8)), shl(waiting.number, i32(3)));
      return [store64(beside, load64(sharing.move)), ...waiting.add];
    }),
    first,
  ]);
}

/** A successor of another rank. */
interface Sharing {
  readonly state: Local<"i32">;
  readonly raw: Local<"i32">;
  readonly move: Local<"i32">;
  readonly owner: Local<"i32">;
}

/** Where the next state for a rank waits to be sent. */
function outgoing({ stride, exchange }: RankPlan, { owner, state, move }: Sharing) {
  const { waitingAt, outgoingAt, outgoingBytes, mostWaiting } = exchange;
  const waiting = add(i32(waitingAt), shl(owner, i32(2)));
  const number = load32(waiting);
  const start = add(i32(outgoingAt), mul(owner, i32(outgoingBytes)));
  return {
    owner,
    move,
    number,
    /** One after the last of its bytes. */
    end: add(start, i32(outgoingBytes)),
    add: [
      ...copyState(stride / 4, state, add(start, mul(number, i32(stride)))),
      store32(waiting, add(number, i32(1))),
      when(gtU(number, i32(mostWaiting)), [store32(i32(0), i32(1), control.pause)]),
    ],
  };
}

/**
 * Does `send` with each successor of a batch that belongs to another rank, and puts the last of the batch in its place.
 * All parents are own states, so a successor with the same bits is too.
 */
function shareOut(
  plan: RankPlan,
  { worker, canonical, addressOf }: SharingParts,
  scope: FunctionScope,
  send: (sharing: Sharing) => readonly Effect[],
): readonly Effect[] {
  const [state, raw, move] = [scope.local("i32"), scope.local("i32"), scope.local("i32")];
  const [lastRaw, end] = [scope.local("i32"), scope.local("i32")];
  const [parent, owner] = [scope.local("i32"), scope.local("i32")];
  const hash = scope.local("i64");
  const words = plan.stride / 4;
  const { rank } = plan.exchange;
  const moves = add(worker.area, i32(plan.movesIn));
  const raws = add(worker.area, i32(plan.successorsIn));
  return [
    set(state, add(worker.area, i32(plan.canonicalIn))),
    set(raw, raws),
    set(move, moves),
    set(end, add(moves, shl(worker.batchCount, i32(3)))),
    set(lastRaw, add(raws, mul(worker.batchCount, i32(plan.stride)))),
    whileTrue(ltU(move, end), [
      ...canonise(plan, canonical, state),
      set(parent, addressOf(load32(move))),
      set(owner, i32(rank)),
      when(mayDifferInOwner(plan, state, parent), findOwner(plan, state, hash, owner)),
      when(
        eq(owner, i32(rank)),
        [increase(state, i32(plan.stride)), increase(raw, i32(plan.stride)), increase(move, i32(8))],
        [
          ...send({ state, raw, move, owner }),
          increase(end, i32(-8)),
          increase(lastRaw, i32(-plan.stride)),
          // Its canonical form is still to be made.
          ...copyState(words, lastRaw, raw),
          ...moveSleepers(plan, worker, end, move),
          store64(move, load64(end)),
        ],
      ),
    ]),
    setGlobal(worker.batchCount, shrU(sub(move, moves), i32(3))),
  ];
}

/** In place of the canonical form: the successors of a batch have it already. */
export function alreadyCanonical({ builder }: Pick<StoreParts, "builder">): FunctionRef {
  return builder.func(["i32", "i32"], undefined, () => []);
}
