/**
 * For several processes that search together: each state belongs to one of them, by its hash. A process expands its own
 * states. It keeps the successors that are its own in the batch, and puts the others where they wait to be sent
 * (src/checker/distributed).
 *
 * A state is judged before it is sent, because only here its move is known. A successor that violates a property is not
 * sent at all. Most repeats are not sent either: a small table has some of the states that were sent. It holds whole
 * states, so nothing is lost by it.
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
  forEach,
  gtU,
  i32,
  i64,
  increase,
  type Local,
  load32,
  load64,
  mul,
  ne,
  set,
  shl,
  shrU,
  store32,
  store64,
  sub,
  type Value,
  when,
  wrap,
} from "../encoder/instructions.ts";
import { call, callEffect, type FunctionRef, type FunctionScope, setGlobal } from "../encoder/module-builder.ts";
import { noteSent } from "../expand/noted-successors.ts";
import { moveSleepers, sendSleepers } from "../expand/sleeping-actors.ts";
import { canonise } from "../step/canonical-form.ts";
import { hashInto, hashPairs } from "../store/hash.ts";
import type { StoreParts } from "../store/store-code.ts";
import { copyState, equalStates } from "../store/whole-states.ts";

type I32 = Value<"i32">;

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

/** Hashes the bits that select the owner. */
function findOwner(
  { exchange }: RankPlan,
  state: Value<"i32">,
  hash: Local<"i64">,
  owner: Local<"i32">,
): readonly Effect[] {
  const masks = exchange.ownerMasks.map(BigInt);
  const pairs: Value<"i64">[] = [];
  for (let word = 0; word < masks.length; word += 2) {
    const [low = 0n, high] = masks.slice(word, word + 2);
    const mask = i64(low | ((high ?? 0n) << 32n));
    if (low === 0n && !high) continue;
    pairs.push(and(high === undefined ? extendU(load32(state, word * 4)) : load64(state, word * 4), mask));
  }
  if (pairs.length === 0) return [set(owner, i32(0))];
  return [...hashPairs(hash, pairs), set(owner, ownerOf(hash, exchange))];
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
export function expandOwn(plan: RankPlan, parts: StoreParts): FunctionRef {
  const { builder, expanding, judge } = parts;
  const { sentAt, sentLog2, sentNumbersAt, numbersAt, parentsAt, roomForWaiting } = plan.exchange;
  const words = plan.stride / 4;
  return builder.func(["i32", "i32"], "i32", ([first, last], scope) => {
    const [slot, place, numberAt] = [scope.local("i32"), scope.local("i32"), scope.local("i32")];
    const next = scope.local("i32");
    const hash = scope.local("i64");
    return [
      set(first, call(expanding.expand, "i32", first, last)),
      ...shareOut(plan, parts, scope, (sharing) => {
        const { state, raw, move, owner } = sharing;
        const waiting = outgoing(plan, sharing);
        const parent = load32(move);
        return [
          ...hashInto(hash, state, words),
          set(slot, and(wrap(hash), i32(2 ** sentLog2 - 1))),
          set(place, add(i32(sentAt), mul(slot, i32(plan.stride)))),
          set(numberAt, add(i32(sentNumbersAt), shl(slot, i32(2)))),
          block((done) => [
            // An empty place looks like the state of zeros. That is the only one with this hash that stands there.
            when(equalStates(words, state, place), [
              when(ne(hash, i64(0n)), [...noteSent(plan, parent, owner, load32(numberAt)), br(done)]),
            ]),
            ...judge(load32(move, 4), raw, scope, (violated) => [
              callEffect(expanding.record, parent, load32(move, 4), violated, raw),
              br(done),
            ]),
            ...copyState(words, state, place),
            set(next, load32(add(i32(numbersAt), shl(owner, i32(2))))),
            store32(numberAt, next),
            store32(add(i32(numbersAt), shl(owner, i32(2))), add(next, i32(1))),
            store32(add(i32(parentsAt), shl(add(mul(owner, i32(roomForWaiting)), waiting.number), i32(2))), parent),
            ...sendSleepers(plan, parts.worker, waiting),
            ...waiting.add,
          ]),
        ];
      }),
      first,
    ];
  });
}

/**
 * The same for questions after the search: all successors of other ranks wait to be sent, also those that were sent
 * before. Their parents and moves are at the end of the same bytes, the last one first, because the answers come in this
 * order.
 */
export function expandToAsk(plan: RankPlan, parts: StoreParts, expand: FunctionRef): FunctionRef {
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

/** Moves the own successors of a batch together, and does `send` with each of the others. */
function shareOut(
  plan: RankPlan,
  { worker, canonical }: StoreParts,
  scope: FunctionScope,
  send: (sharing: Sharing) => readonly Effect[],
): readonly Effect[] {
  const [state, raw, move, end] = [scope.local("i32"), scope.local("i32"), scope.local("i32"), scope.local("i32")];
  const [toState, toRaw, toMove] = [scope.local("i32"), scope.local("i32"), scope.local("i32")];
  const owner = scope.local("i32");
  const hash = scope.local("i64");
  const words = plan.stride / 4;
  const moves = add(worker.area, i32(plan.movesIn));
  const start = (local: Local<"i32">, offset: number): Effect => set(local, add(worker.area, i32(offset)));
  return [
    start(state, plan.canonicalIn),
    start(raw, plan.successorsIn),
    start(move, plan.movesIn),
    set(toState, state),
    set(toRaw, raw),
    set(toMove, move),
    set(end, add(moves, shl(worker.batchCount, i32(3)))),
    forEach(move, end, 8, [
      ...canonise(plan, canonical, state),
      ...findOwner(plan, state, hash, owner),
      when(
        eq(owner, i32(plan.exchange.rank)),
        [
          when(ne(move, toMove), [
            ...copyState(words, state, toState),
            ...(canonical === undefined ? [] : copyState(words, raw, toRaw)),
            ...moveSleepers(plan, worker, move, toMove),
            store64(toMove, load64(move)),
          ]),
          increase(toState, i32(plan.stride)),
          increase(toRaw, i32(plan.stride)),
          increase(toMove, i32(8)),
        ],
        send({ state, raw, move, owner }),
      ),
      increase(state, i32(plan.stride)),
      increase(raw, i32(plan.stride)),
    ]),
    setGlobal(worker.batchCount, shrU(sub(toMove, moves), i32(3))),
  ];
}

/** In place of the canonical form: the successors of a batch have it already. */
export function alreadyCanonical({ builder }: Pick<StoreParts, "builder">): FunctionRef {
  return builder.func(["i32", "i32"], undefined, () => []);
}
