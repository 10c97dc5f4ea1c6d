/** For a store that keeps the fingerprints of finished levels in sorted files: merging a level with those before it. */
import { fingerprinter } from "./fingerprint.ts";
import {
  add,
  and,
  block,
  br,
  brIf,
  choose,
  eq,
  forEach,
  geU,
  i32,
  increase,
  load32,
  load64,
  loop,
  ltU,
  ne,
  or,
  set,
  shl,
  shrU,
  store32,
  store64,
  sub,
  when,
} from "./instructions.ts";
import type { MemoryPlan } from "./memory-map.ts";
import type { ModuleBuilder } from "./module-builder.ts";
import { stateAddress } from "./stored-states.ts";
import { copyState } from "./whole-states.ts";

/**
 * `fingerprints(first, last, at)` writes those of the states one after the other. `markKnown(own, ownEnd, other, otherEnd,
 * bits) -> own` goes through two sorted lists, the first of which began where the table does, and sets the bit of each
 * place whose fingerprint is in both; it gives how far it came in the first. `dropStates(first, last, known, knownEnd) ->
 * end` moves together the states whose fingerprint is not in a sorted list.
 */
export function sortedLevelFunctions(builder: ModuleBuilder, plan: MemoryPlan): void {
  builder.func(
    ["i32", "i32", "i32"],
    undefined,
    ([index, last, at], scope) => {
      const fingerprint = scope.local("i64");
      const { into } = fingerprinter(plan, scope);
      return [
        forEach(index, last, 1, [
          ...into(fingerprint, stateAddress(plan, index)),
          store64(at, fingerprint),
          increase(at, i32(8)),
        ]),
      ];
    },
    "fingerprints",
  );

  builder.func(
    ["i32", "i32", "i32", "i32", "i32"],
    "i32",
    ([own, ownEnd, other, otherEnd, bits], scope) => {
      const [one, two] = [scope.local("i64"), scope.local("i64")];
      const [place, word] = [scope.local("i32"), scope.local("i32")];
      return [
        block((done) => [
          loop((again) => [
            brIf(done, or(geU(own, ownEnd), geU(other, otherEnd))),
            set(one, load64(own)),
            set(two, load64(other)),
            when(eq(one, two), [
              set(place, shrU(sub(own, i32(plan.tableAt)), i32(3))),
              set(word, add(bits, shl(shrU(place, i32(5)), i32(2)))),
              store32(word, or(load32(word), shl(i32(1), and(place, i32(31))))),
            ]),
            // The lesser one goes on, both where they are equal. Not branches: which it is cannot be foreseen.
            set(own, add(own, shl(eqOrLess(one, two), i32(3)))),
            set(other, add(other, shl(eqOrLess(two, one), i32(3)))),
            br(again),
          ]),
        ]),
        own,
      ];
    },
    "markKnown",
  );

  builder.func(
    ["i32", "i32", "i32", "i32"],
    "i32",
    ([first, last, known, knownEnd], scope) => {
      const [index, low, high, middle] = [
        scope.local("i32"),
        scope.local("i32"),
        scope.local("i32"),
        scope.local("i32"),
      ];
      const fingerprint = scope.local("i64");
      const { into } = fingerprinter(plan, scope);
      return [
        set(index, first),
        forEach(index, last, 1, [
          ...into(fingerprint, stateAddress(plan, index)),
          set(low, known),
          set(high, knownEnd),
          block((found) => [
            loop((again) => [
              brIf(found, geU(low, high)),
              set(middle, and(add(low, shrU(sub(high, low), i32(1))), i32(-8))),
              when(ltU(load64(middle), fingerprint), [set(low, add(middle, i32(8)))], [set(high, middle)]),
              br(again),
            ]),
          ]),
          when(choose(ltU(low, knownEnd), ne(load64(low), fingerprint), i32(1)), [
            ...copyState(plan.stride / 4, stateAddress(plan, index), stateAddress(plan, first)),
            increase(first, i32(1)),
          ]),
        ]),
        first,
      ];
    },
    "dropStates",
  );
}

const eqOrLess = (one: Parameters<typeof geU>[0], two: Parameters<typeof geU>[0]) => geU(two, one);
