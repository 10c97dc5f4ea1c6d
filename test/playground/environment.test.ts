import assert from "node:assert/strict";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { SearchFailure, type SearchOptions, type SearchResult } from "../../src/checker/contract/search-types.ts";
import { search } from "../../src/checker/search.ts";
import { searchWith } from "../../src/checker/search-with.ts";
import { UserError } from "../../src/diagnostics/user-error.ts";
import { buildProgram } from "../../src/ir/build-program.ts";
import { load } from "../../src/ir/expression.ts";
import type { Program } from "../../src/ir/program.ts";
import { procedure, recordActor } from "../../src/ir/recorder.ts";
import { int } from "../../src/ir/types.ts";
import { type Variable, variable } from "../../src/ir/variable.ts";
import { type Browser, browserEnvironment } from "../../src/playground/engine/environment.ts";
import type { ThreadWorker } from "../../src/playground/engine/threads.ts";
import { peersModel, peersProperties } from "../fixtures/peers-model.ts";

const lonely: Browser = { newWorker: undefined, processors: 8, deviceMemory: 4 };
const isolated: Browser = { ...lonely, newWorker, processors: 3 };

const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";

/** A worker of Node that behaves as a browser's. */
function newWorker(): ThreadWorker {
  const worker = new Worker(new URL(`thread-of-browser${extension}`, import.meta.url));
  const facade: ThreadWorker = {
    postMessage: (message) => worker.postMessage(message),
    terminate: () => void worker.terminate(),
    onmessage: null,
    onerror: null,
  };
  worker.on("message", (data) => facade.onmessage?.({ data }));
  worker.on("error", (error: Error) => facade.onerror?.(error));
  return facade;
}

function findings({ states, transitions, depth, complete, violations, tested }: SearchResult) {
  return { states, transitions, depth, complete, violations, tested };
}

test("a search in a browser finds what a search in Node finds, on one thread and on several", async () => {
  const program = peersModel(3, true);
  const options: SearchOptions = { symmetries: program.symmetries, soloStates: 50, alternatives: 2 };
  const expected = findings(await search(program, peersProperties, { ...options, workers: 1 }));
  for (const [browser, workers] of [
    [lonely, 1],
    [isolated, 3],
  ] as const) {
    const found = await searchWith(browserEnvironment(browser))(program, peersProperties, options);
    assert.deepEqual(findings(found), expected);
    assert.equal(found.workers, workers);
  }
});

test("without threads, signals, timeouts and progress are handled in the middle of a level", async () => {
  const alone = searchWith(browserEnvironment(lonely));
  const depths: number[] = [];
  const controller = new AbortController();
  const stopped = await alone(wideModel(), [], {
    signal: controller.signal,
    onProgress({ depth }) {
      if (depths.at(-1) === depth) controller.abort();
      depths.push(depth);
    },
  });
  assert.equal(stopped.bound, "signal");
  assert.ok(stopped.states < wideStates, `${stopped.states} states`);
  const late = await alone(wideModel(), [], { timeoutMs: 300 });
  assert.equal(late.bound, "timeout");
  assert.ok(late.states < wideStates, `${late.states} states`);
});

test("a thread that dies ends the search with an error, also if it dies before it begins", {
  timeout: 60_000,
}, async () => {
  for (const lacking of ["limits", "memories"]) {
    const dying = (): ThreadWorker => {
      const worker = newWorker();
      const { postMessage } = worker;
      return Object.assign(worker, {
        postMessage: (message: Parameters<typeof postMessage>[0]) =>
          postMessage("task" in message ? { ...message, task: { ...message.task, [lacking]: undefined } } : message),
      });
    };
    const dies = searchWith(browserEnvironment({ ...isolated, newWorker: dying }));
    await assert.rejects(dies(peersModel(3), peersProperties, { soloStates: 50, workers: 2 }), SearchFailure);
  }
});

test("options that need files are refused", async () => {
  const found = searchWith(browserEnvironment(lonely));
  const refusals: readonly (readonly [SearchOptions, RegExp])[] = [
    [{ store: "fingerprint" }, /no files here for the store fingerprint/],
    [{ resumeFrom: "one" }, /no files here for checkpoints/],
    [{ checkpoint: { file: "one", everyMs: 0, onFailure: () => {} } }, /no files here for checkpoints/],
  ];
  for (const [options, message] of refusals)
    await assert.rejects(
      found(peersModel(2), peersProperties, options),
      (error) => error instanceof UserError && message.test(error.message),
    );
});

test("the memory of a search depends on the machine's, if the browser says how much that is", () => {
  const bytes = (deviceMemory: number | undefined) =>
    browserEnvironment({ ...lonely, deviceMemory }).memory.defaultBytes();
  assert.deepEqual([undefined, 0.25, 4, 64].map(bytes), [2 ** 30, 2 ** 28, 2 ** 30, 2 ** 32]);
});

const [choosers, alternatives] = [5, 24];
const wideStates = (alternatives + 1) ** choosers;

/** Each actor takes one step. Four of five states are found in the last level. */
function wideModel(): Program {
  const chosen = Array.from({ length: choosers }, (_, number) => variable(`chosen${number}`, int(0, alternatives)));
  return buildProgram({
    variables: chosen,
    events: [],
    actors: chosen.map((one) => recordActor(one.name, chooser(one))),
  });
}

function chooser(chosen: Variable) {
  return procedure<undefined>("choose", { file: "wide" }, (k) =>
    k.step("choose", "chooses", () =>
      k.choose(
        Object.fromEntries(
          Array.from({ length: alternatives }, (_, number) => [`c${number}`, () => k.set(load(chosen), number + 1)]),
        ),
      ),
    ),
  );
}
