/** Random structured programs take the same steps as an interpretation of their text. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { buildProgram } from "../../src/ir/build-program.ts";
import { add, load, lt, not } from "../../src/ir/expression.ts";
import { executeStep, initialState } from "../../src/ir/interpreter.ts";
import { type Procedure, procedure, type Recorder, recordActor } from "../../src/ir/recorder.ts";
import { restingPlaces } from "../../src/ir/resting-places.ts";
import { bool, int } from "../../src/ir/types.ts";
import { variable } from "../../src/ir/variable.ts";
import { tries } from "../fixtures/nightly.ts";
import { sampleUntil } from "../fixtures/samples.ts";

type Exit = "break" | "continue" | "return";

/** Every step tosses a coin, and the next statements depend on the result. */
type Code =
  | { readonly kind: "step"; readonly label: string; readonly onHeads: Exit | undefined }
  | { readonly kind: "if"; readonly then: readonly Code[]; readonly otherwise: readonly Code[] }
  | { readonly kind: "loop"; readonly body: readonly Code[] }
  /** The caller uses the returned value as the result of the coin. */
  | { readonly kind: "call"; readonly body: readonly Code[] }
  | { readonly kind: "exit"; readonly exit: Exit };

const exits = fc.constantFrom<Exit>("break", "continue", "return");
const { code } = fc.letrec<{ code: Code[]; one: Code }>((tie) => {
  const inner = tie("code");
  return {
    code: fc.array(tie("one"), { maxLength: 4, depthIdentifier: "code" }),
    one: fc.oneof(
      { depthIdentifier: "code", depthSize: "medium" },
      fc.record({
        kind: fc.constant("step" as const),
        label: fc.constant(""),
        onHeads: fc.option(exits, { nil: undefined }),
      }),
      fc.record({ kind: fc.constant("exit" as const), exit: exits }),
      fc.record({ kind: fc.constant("if" as const), then: inner, otherwise: inner }),
      fc.record({ kind: fc.constant("loop" as const), body: inner }),
      fc.record({ kind: fc.constant("call" as const), body: inner }),
    ),
  };
});

/**
 * Numbers the steps and obeys the rules: jumps only inside loops, no statement after a jump, a step in every iteration.
 */
function tidy(statements: readonly Code[]): Code[] {
  let steps = 0;
  const step = (onHeads: Exit | undefined): Code => ({ kind: "step", label: `${steps++}`, onHeads });
  const tidyList = (list: readonly Code[], inLoop: boolean): Code[] => {
    const result: Code[] = [];
    for (const one of list) {
      result.push(tidyOne(one, inLoop));
      if (one.kind === "exit") break;
    }
    return result;
  };
  const tidyOne = (one: Code, inLoop: boolean): Code => {
    switch (one.kind) {
      case "step":
        return step(one.onHeads !== undefined && !inLoop ? "return" : one.onHeads);
      case "if":
        return { kind: "if", then: tidyList(one.then, inLoop), otherwise: tidyList(one.otherwise, inLoop) };
      case "loop":
        return { kind: "loop", body: [step(undefined), ...tidyList(one.body, true)] };
      case "call": {
        const body = tidyList(one.body, false);
        return {
          kind: "call",
          body: body.at(-1)?.kind === "exit" ? body : [...body, { kind: "exit", exit: "return" }],
        };
      }
      case "exit":
        return inLoop ? one : { kind: "exit", exit: "return" };
    }
  };
  return tidyList(statements, false);
}

/** The steps that the text takes until the coin has been tossed often enough. */
function follow(statements: readonly Code[], coins: readonly boolean[]): string[] {
  const taken: string[] = [];
  const outOfCoins = new Error("out of coins");

  /** Returns how the list is left, and the value that a return gives. */
  function run(list: readonly Code[], call: { heads: boolean }): Exit | undefined {
    for (const one of list) {
      const left = runOne(one, call);
      if (left !== undefined) return left;
    }
    return undefined;
  }
  function runOne(one: Code, call: { heads: boolean }): Exit | undefined {
    switch (one.kind) {
      case "step":
        if (taken.length === coins.length) throw outOfCoins;
        call.heads = coins[taken.length] ?? false;
        taken.push(one.label);
        return call.heads ? one.onHeads : undefined;
      case "if":
        return run(call.heads ? one.then : one.otherwise, call);
      case "loop":
        for (;;) {
          const left = run(one.body, call);
          if (left === "break") return undefined;
          if (left === "return") return left;
        }
      case "call": {
        const inner = { heads: false };
        run(one.body, inner);
        call.heads = !inner.heads;
        return undefined;
      }
      case "exit":
        return one.exit;
    }
  }
  try {
    run(statements, { heads: false });
  } catch (error) {
    if (error !== outOfCoins) throw error;
  }
  return taken;
}

/** The same steps, taken by the program that is recorded from the text. */
function execute(statements: readonly Code[], coins: readonly boolean[]): string[] {
  const labels = coins.map((_, position) => `${position}`);
  const coin = variable("coin", bool, { dimensions: [{ name: "toss", labels }], initial: coins.map(Number) });
  const tossed = variable("tossed", int(0, coins.length));

  function activation(depth: number, list: readonly Code[]): Procedure<undefined> {
    const returns = depth === 0 ? {} : { returns: bool };
    return procedure<undefined>(`depth ${depth}`, { file: "test", ...returns }, (k) => {
      const heads = k.register("heads", bool);
      const leave = (how: Exit): void => {
        if (how !== "return") k[how]();
        else if (depth === 0) k.return();
        else k.return(not(heads));
      };
      for (const one of list) record(k, one, heads, leave, depth);
    });
  }
  function record(
    k: Recorder,
    one: Code,
    heads: ReturnType<Recorder["register"]>,
    leave: (how: Exit) => void,
    depth: number,
  ): void {
    const all = (list: readonly Code[]) => (): void => {
      for (const inner of list) record(k, inner, heads, leave, depth);
    };
    switch (one.kind) {
      case "step":
        return k.step(one.label, "tosses the coin", () => {
          k.await(lt(load(tossed), coins.length));
          k.set(heads, load(coin, load(tossed)));
          k.set(load(tossed), add(load(tossed), 1));
          const { onHeads } = one;
          if (onHeads !== undefined) k.if(heads, () => leave(onHeads));
        });
      case "if":
        return k.if(heads, all(one.then), all(one.otherwise));
      case "loop":
        return k.loop(all(one.body));
      case "call":
        return k.set(heads, k.call(activation(depth + 1, one.body), undefined));
      case "exit":
        return leave(one.exit);
    }
  }

  const program = buildProgram({
    variables: [coin, tossed],
    events: [],
    actors: [recordActor("actor", activation(0, statements))],
  });
  const taken: string[] = [];
  let state = initialState(program);
  for (;;) {
    const [place] = restingPlaces(program, state);
    const outcome = place && executeStep(program, state, place.id, 0);
    if (place === undefined || outcome === undefined) return taken;
    if (place.label !== "start") taken.push(place.label);
    state = outcome.state;
  }
}

test("a recorded program takes the steps of its text, for any nesting", async () => {
  let longest = 0;
  const isEnough = (): boolean => longest > 8;
  await sampleUntil(isEnough, () =>
    fc.assert(
      fc.property(code, fc.array(fc.boolean(), { minLength: 1, maxLength: 24, size: "max" }), (statements, coins) => {
        const tidied = tidy(statements);
        const expected = follow(tidied, coins);
        assert.deepEqual(execute(tidied, coins), expected);
        longest = Math.max(longest, expected.length);
      }),
      { numRuns: tries(80, 250) },
    ),
  );
  assert.ok(isEnough(), `at most ${longest} steps`);
});
