import assert from "node:assert/strict";
import { closeSync, existsSync, openSync, readSync, writeSync } from "node:fs";
import { test } from "node:test";
import { openExchange } from "../../../kernel-lab/guest/exchange.ts";

const ring = 1 << 20;

/** Plays the guest's part on the file. */
function guestOf(file: string) {
  const descriptor = openSync(file, "r+");
  let answered = 0;
  const word = Buffer.alloc(4);
  return {
    write(text: string) {
      for (const byte of Buffer.from(text)) writeSync(descriptor, Buffer.of(byte), 0, 1, ring + (answered++ % ring));
      word.writeUInt32LE(answered);
      writeSync(descriptor, word, 0, 4, 0);
    },
    skip(bytes: number) {
      answered += bytes;
    },
    read(from: number, length: number) {
      const text = Buffer.alloc(length);
      readSync(descriptor, text, 0, length, 2 * ring + from);
      return text.toString();
    },
    close: () => closeSync(descriptor),
  };
}

test("text goes both ways, and each piece is read once", (t) => {
  const exchange = openExchange();
  const guest = guestOf(exchange.file);
  t.after(() => guest.close());
  exchange.write("first\n");
  exchange.write("second\n");
  assert.equal(guest.read(0, 13), "first\nsecond\n");
  guest.write("one\n");
  assert.equal(exchange.read(), "one\n");
  assert.equal(exchange.read(), "");
  guest.write("two\n");
  assert.equal(exchange.read(), "two\n");
  exchange.close();
  assert.ok(!existsSync(exchange.file));
});

test("text goes on at the beginning of a ring when it comes to the ring's end", (t) => {
  const exchange = openExchange();
  const guest = guestOf(exchange.file);
  t.after(() => {
    guest.close();
    exchange.close();
  });
  exchange.write("x".repeat(ring - 2));
  exchange.write("abcd");
  assert.equal(guest.read(ring - 2, 2) + guest.read(0, 2), "abcd");
  guest.skip(ring - 3);
  guest.write("");
  exchange.read();
  guest.write("abcdef");
  assert.equal(exchange.read(), "abcdef");
});
