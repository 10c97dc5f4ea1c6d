import assert from "node:assert/strict";
import { test } from "node:test";
import { answerCall } from "../../src/playground/engine/answer-calls.ts";
import { engineClient } from "../../src/playground/page/engine-client.ts";
import type { StartWorker } from "../../src/playground/page/worker-client.ts";
import type { CheckEvent, Completions, Engine, Question } from "../../src/playground/protocol.ts";

const source = { file: "specs/a.json", text: "{}" };
const question: Question = {
  ...source,
  kernels: [],
  with: [],
  without: [],
  edits: [],
  properties: [],
  options: {},
};
const packed = { version: "1.2.3", files: { "specs/a.json": "{}" } };
const begins: CheckEvent = { kind: "begins", kernel: "v8", number: 1, of: 1 };
const refused = { ok: false, diagnostics: [] } as const;
const noCompletions: Completions = { from: 0, to: 0, options: [] };

interface Workers {
  readonly engine: Engine;
  readonly started: () => number;
  readonly ended: () => number;
  /** Lets every worker that runs report a failure. */
  readonly fail: (message: string) => void;
}

/** A client whose workers run in this process. Their messages are cloned, and arrive later, as in a browser. */
function clientOf(methods: Partial<Engine>, patience?: number): Workers {
  let started = 0;
  const running = new Set<(message: string) => void>();
  const startWorker: StartWorker = (onReply, onFailure) => {
    started++;
    running.add(onFailure);
    return {
      send(message) {
        const sent = structuredClone(message);
        if (sent.kind === "start") assert.deepEqual(sent, { kind: "start", ...packed });
        else
          setImmediate(() =>
            answerCall(methods as Engine, sent, (reply) => {
              const received = structuredClone(reply);
              if (running.has(onFailure)) setImmediate(() => onReply(received));
            }),
          );
      },
      end() {
        running.delete(onFailure);
      },
    };
  };
  return {
    engine: engineClient(startWorker, packed, patience),
    started: () => started,
    ended: () => started - running.size,
    fail(message) {
      for (const onFailure of [...running]) onFailure(message);
    },
  };
}

test("a call gets the answer and the events of its method", async () => {
  const { engine } = clientOf({
    async hover({ text }, offset) {
      return { from: offset, to: text.length, text };
    },
    async check({ file }, onEvent) {
      assert.equal(file, "specs/a.json");
      onEvent(begins);
      return refused;
    },
  });
  assert.deepEqual(await engine.hover(source, 1), { from: 1, to: 2, text: "{}" });
  const events: CheckEvent[] = [];
  assert.deepEqual(await engine.check(question, (event) => events.push(event)), refused);
  assert.deepEqual(events, [begins]);
});

test("calls that are open at the same time get their own answers", async () => {
  const { engine } = clientOf({
    async hover(_, offset) {
      for (let turn = offset; turn < 3; turn++) await new Promise(setImmediate);
      return { from: offset, to: offset, text: "" };
    },
  });
  const found = await Promise.all([0, 1, 2].map((offset) => engine.hover(source, offset)));
  assert.deepEqual(
    found.map((hover) => hover?.from),
    [0, 1, 2],
  );
});

test("an error in a method rejects its call, with the place in the code, and the worker goes on", async () => {
  const { engine, started } = clientOf({
    hover: () => Promise.reject(new RangeError("no such place")),
    complete: async () => noCompletions,
  });
  await assert.rejects(engine.hover(source, 0), /RangeError: no such place\n +at .*messages\.test\.ts/);
  assert.deepEqual(await engine.complete(source, 0), noCompletions);
  assert.equal(started(), 2);
});

test("completion answers while a search is running", async () => {
  let finish = (): void => {};
  const { engine } = clientOf({
    check: () =>
      new Promise((resolve) => {
        finish = () => resolve(refused);
      }),
    complete: async () => noCompletions,
  });
  const check = engine.check(question, () => {});
  assert.deepEqual(await engine.complete(source, 0), noCompletions);
  finish();
  assert.deepEqual(await check, refused);
});

test("if a worker fails, its open calls are rejected, and the next call starts another worker", async () => {
  const { engine, started, ended, fail } = clientOf({
    check: () => new Promise(() => {}),
    hover: async () => undefined,
  });
  const check = assert.rejects(
    engine.check(question, () => {}),
    /the checker failed: out of memory/,
  );
  fail("out of memory");
  await check;
  assert.deepEqual([started(), ended()], [2, 2]);
  assert.equal(await engine.hover(source, 0), undefined);
  assert.deepEqual([started(), ended()], [3, 2]);
});

test("stop ends a check that answers, and its worker goes on", async () => {
  let finish = (): void => {};
  const { engine, ended } = clientOf({
    check: () =>
      new Promise((resolve) => {
        finish = () => resolve(refused);
      }),
    async stop() {
      finish();
    },
  });
  const check = engine.check(question, () => {});
  await engine.stop();
  assert.deepEqual(await check, refused);
  assert.equal(ended(), 0);
});

test("a search that does not answer to stop is ended with its worker", async () => {
  const { engine, ended } = clientOf({ check: () => new Promise(() => {}), stop: () => new Promise(() => {}) }, 10);
  const check = assert.rejects(
    engine.check(question, () => {}),
    /the search did not stop, so it was ended/,
  );
  await engine.stop();
  await check;
  assert.equal(ended(), 1);
});
