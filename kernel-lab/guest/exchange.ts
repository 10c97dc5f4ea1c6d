/**
 * Memory that the host and a guest share, with a ring of text in each direction. A serial line would carry the same text
 * a hundred times slower: QEMU passes on each byte of it alone. agent/lines.c is the guest's side.
 */
import { closeSync, ftruncateSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ring = 1 << 20;
/** The first page has three counters of 32 bits: bytes that the guest wrote, that the host read, that the host wrote. */
const counters = { answered: 0, heard: 4, asked: 8 } as const;
const answers = ring;
const questions = 2 * ring;

export interface Exchange {
  /** For QEMU; its size is a power of two. It can be removed when QEMU has opened it. */
  readonly file: string;
  readonly bytes: number;
  /** Text for the guest. The caller sends less than the ring holds before it gets answers. */
  write(text: string): void;
  /** All text of the guest since the last call. Also works after the guest's end. */
  read(): string;
  removeFile(): void;
  close(): void;
}

export function openExchange(): Exchange {
  const folder = mkdtempSync(join(tmpdir(), "kernel-lab-"));
  const file = join(folder, "exchange");
  const descriptor = openSync(file, "wx+", 0o600);
  const bytes = 4 * ring;
  ftruncateSync(descriptor, bytes);
  const removeFile = () => rmSync(folder, { recursive: true, force: true });
  const word = Buffer.alloc(4);
  const counter = (at: number) => {
    readSync(descriptor, word, 0, 4, at);
    return word.readUInt32LE();
  };
  const setCounter = (at: number, value: number) => {
    word.writeUInt32LE(value >>> 0);
    writeSync(descriptor, word, 0, 4, at);
  };
  let asked = 0;
  let heard = 0;
  return {
    file,
    bytes,
    write(text) {
      const written = Buffer.from(text);
      const begin = asked % ring;
      const first = Math.min(written.length, ring - begin);
      writeSync(descriptor, written, 0, first, questions + begin);
      writeSync(descriptor, written, first, written.length - first, questions);
      asked = (asked + written.length) >>> 0;
      setCounter(counters.asked, asked);
    },
    read() {
      const length = (counter(counters.answered) - heard) >>> 0;
      const begin = heard % ring;
      const first = Math.min(length, ring - begin);
      const text = Buffer.alloc(length);
      readSync(descriptor, text, 0, first, answers + begin);
      readSync(descriptor, text, first, length - first, answers);
      heard = (heard + length) >>> 0;
      setCounter(counters.heard, heard);
      return text.toString("latin1");
    },
    removeFile,
    close() {
      closeSync(descriptor);
      removeFile();
    },
  };
}
