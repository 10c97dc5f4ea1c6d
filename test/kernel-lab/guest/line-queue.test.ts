import assert from "node:assert/strict";
import { test } from "node:test";
import { type LineQueue, lineQueue } from "../../../kernel-lab/guest/line-queue.ts";

const patient = { milliseconds: 60_000, error: () => new Error("silent") };

async function readAll(queue: LineQueue): Promise<string[]> {
  const lines = [];
  for await (const line of queue.lines) lines.push(line);
  return lines;
}

test("a line that arrives in parts is one line, and lines that arrive together are several", async () => {
  const queue = lineQueue(patient);
  const read = readAll(queue);
  queue.push("fi");
  await Promise.resolve();
  queue.push("rst\nsecond\n\nthi");
  queue.push("rd\n");
  queue.end();
  assert.deepEqual(await read, ["first", "second", "", "third"]);
});

test("the reader gets the lines before an error, then the error", async () => {
  const queue = lineQueue(patient);
  queue.push("last\n");
  queue.fail(new Error("gone"));
  queue.end();
  assert.equal((await queue.lines.next()).value, "last");
  await assert.rejects(queue.lines.next(), /gone/);
});

test("silence is an error", async () => {
  const queue = lineQueue({ milliseconds: 5, error: () => new Error("silent") });
  queue.push("a line\npart of a line");
  assert.equal((await queue.lines.next()).value, "a line");
  await assert.rejects(queue.lines.next(), /silent/);
});
