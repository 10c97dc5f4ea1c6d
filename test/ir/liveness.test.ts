/** Resetting dead registers and sharing their slots saves states, and changes no visible behaviour. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { GeneratorValue } from "fast-check";
import fc from "fast-check";
import { referenceSearch } from "../../src/checker/reference-search.ts";
import { buildProgram } from "../../src/ir/build-program.ts";
import { evaluate } from "../../src/ir/evaluate.ts";
import { add, type Expr, eq, le, load, lt, ne, select, sum } from "../../src/ir/expression.ts";
import type { Program } from "../../src/ir/program.ts";
import type { Property } from "../../src/ir/property.ts";
import { procedure, type Recorder, recordActor } from "../../src/ir/recorder.ts";
import { int } from "../../src/ir/types.ts";
import { variable } from "../../src/ir/variable.ts";
import { tries } from "../fixtures/nightly.ts";
import { sampleUntil } from "../fixtures/samples.ts";

const digit = int(0, 2);
const shared = [variable("x", digit), variable("y", digit)];

/** A random number that depends only on its position, so that a program can be recorded twice. */
type Draw = (below: number) => number;
const evenly = (max: number): fc.Arbitrary<number> => fc.noBias(fc.nat(max));

function drawsOf(g: GeneratorValue): () => Draw {
  const drawn: number[] = [];
  return () => {
    let position = 0;
    return (below) => {
      const at = position++;
      drawn[at] ??= g(evenly, 2 ** 20);
      return drawn[at] % below;
    };
  };
}

/** A program of two actors. With `keep`, each actor reads all of its registers at its end, so that none ever dies. */
function meaningless(draw: Draw, keep: boolean): Program {
  const actor = (name: string) => {
    const main = procedure<undefined>("main", { file: "test" }, (k) => {
      const registers = ["a", "b", "c", "d"].map((register, i) => k.register(register, i === 3 ? int(-2, 9) : digit));
      let labels = 0;
      const among = <T>(items: readonly T[]): T => items[draw(items.length)]!;
      const value = (from: readonly Expr[]): Expr => {
        const computed = add(among(from), draw(2) === 0 ? among(from) : draw(3));
        const low = select(lt(computed, 0), 0, computed);
        return select(le(low, 2), low, draw(3));
      };
      const condition = (from: readonly Expr[]): Expr => among([eq, ne, lt])(among(from), among([...from, draw(3)]));
      const everything = [...registers, ...shared.map((one) => load(one))];
      const statement = (depth: number): void => {
        const kind = draw(depth > 0 ? 9 : 6);
        if (kind < 3) k.set(among(registers), value(everything));
        else if (kind < 5) k.set(load(among(shared)), value(everything));
        else if (kind === 5) k.assert(condition(everything), "asserted", "asserted");
        else if (kind < 8) k.if(condition(everything), statements(depth - 1), statements(depth - 1));
        else k.choose({ one: statements(depth - 1), other: statements(depth - 1) });
      };
      const statements =
        (depth: number, most = 3) =>
        (): void => {
          for (let i = draw(most + 1); i > 0; i--) statement(depth);
        };
      const step = () => k.step(`${labels++}`, "", statements(2));
      const code = (depth: number) => (): void => {
        for (let i = 1 + draw(3); i > 0; i--) {
          const kind = draw(depth > 0 ? 7 : 4);
          if (kind < 3) step();
          else if (kind === 3) k.set(among(registers), value(registers));
          else if (kind < 6) k.if(condition(registers), code(depth - 1), code(depth - 1));
          else
            k.loop(() => {
              step();
              code(depth - 1)();
              k.if(condition(registers), () => k.break());
            });
        }
      };
      code(2)();
      k.step("last", "", () => k.assert(keep ? le(0, add(sum(registers), 2)) : true, "", "always"));
    });
    return recordActor(name, main);
  };
  return buildProgram({ variables: shared, events: [], actors: [actor("one"), actor("two")] });
}

const properties: readonly Property[] = ["asserted", "always"].map((name) => ({
  name,
  sentence: "",
  checks: [{ kind: "assertion" }],
}));

/** The visible behaviour of a program: the locations of its actors with the shared state, and its violations. */
function visible(program: Program) {
  const seen = new Set<string>();
  const slots = [...shared, ...program.actors.map(({ pc }) => pc)].map((one) => load(one));
  const found = referenceSearch(program, properties, {
    onState: (state) => seen.add(slots.map((slot) => evaluate(program, slot, state)).join(" ")),
  });
  const { violations, rangeError, reached } = found;
  return { seen, violations, rangeError, reached, states: found.states, slots: program.slots.length };
}

test("a program behaves as if no register were ever reset and none shared its slot", async () => {
  let [statesSaved, slotsSaved] = [0, 0];
  const isEnough = (): boolean => statesSaved > 0 && slotsSaved > 0;
  await sampleUntil(isEnough, () =>
    fc.assert(
      fc.property(fc.gen(), (g) => {
        const draws = drawsOf(g);
        const { states, slots, ...plain } = visible(meaningless(draws(), false));
        const { states: keptStates, slots: keptSlots, ...kept } = visible(meaningless(draws(), true));
        assert.deepEqual(plain, kept);
        assert.equal(plain.rangeError, undefined);
        assert.ok(states <= keptStates);
        statesSaved += keptStates - states;
        slotsSaved += keptSlots - slots;
      }),
      { numRuns: tries(25, 60), endOnFailure: true, includeErrorInReport: true },
    ),
  );
  assert.ok(isEnough(), `saved ${statesSaved} states and ${slotsSaved} slots`);
});

function statesOf(main: (k: Recorder) => void): number {
  const actors = [recordActor("actor", procedure<undefined>("main", { file: "test" }, main))];
  return referenceSearch(buildProgram({ variables: shared, events: [], actors }), []).states;
}

test("two paths to one location lead to one state if only dead registers differ", () => {
  const bothWays = (reads: boolean) =>
    statesOf((k) => {
      const way = k.register("way", digit);
      const other = k.register("other", digit);
      k.step("choose", "", () =>
        k.choose({
          left: () => k.set(way, 1),
          right: () => {
            k.set(way, 2);
            k.set(other, 1);
          },
        }),
      );
      k.step("meet", "", () => {
        if (reads) k.set(load(shared[0]!), way);
      });
    });
  assert.equal(bothWays(false), 3, "before, in between, after");
  assert.equal(bothWays(true), 5, "before, in between twice, after twice");
});

test("a register is dead from its last use until it is set again, even in a loop", () => {
  const states = statesOf((k) => {
    const r = k.register("r", digit);
    k.loop(() => {
      k.step("set", "", () => k.choose({ zero: () => k.set(r, 0), one: () => k.set(r, 1), two: () => k.set(r, 2) }));
      k.step("use", "", () => k.set(load(shared[0]!), r));
    });
  });
  assert.equal(states, 3 + 3 * 3, "before `set`, x alone matters; before `use`, x and r");
});

test("a register that is read before it is set holds 0", () => {
  const program = buildProgram({
    variables: shared,
    events: [],
    actors: [
      recordActor(
        "actor",
        procedure<undefined>("main", { file: "test" }, (k) => {
          const first = k.register("first", digit);
          const second = k.register("second", digit);
          k.step("use first", "", () => {
            k.set(first, 2);
            k.set(load(shared[0]!), first);
          });
          k.step("use second", "", () => k.set(load(shared[1]!), second));
        }),
      ),
    ],
  });
  const ys = new Set<number>();
  referenceSearch(program, [], { onState: (state) => ys.add(evaluate(program, load(shared[1]!), state)) });
  assert.deepEqual([...ys], [0]);
});
