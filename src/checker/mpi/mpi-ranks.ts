/** Ranks that exchange data by MPI. Its calls block this thread until all ranks have made them. */
import { hostname } from "node:os";
import { wordAt } from "../../ir/lookup.ts";
import type { Ranks } from "../distributed/ranks.ts";
import type { MpiLibrary, Parts } from "./mpi-library.ts";

/** What is not longer is sent beside its length, so that one call of MPI is enough. */
const shortBytes = 124;

/** All ranks call this first. */
export async function mpiRanks(mpi: MpiLibrary): Promise<Ranks> {
  const { rank, size } = mpi;
  const into = growingBytes();
  const out = growingBytes();

  async function gather(own: Uint8Array): Promise<readonly Uint8Array[]> {
    const record = new Uint8Array(4 + shortBytes);
    record.set(bytesOf(Int32Array.of(own.length)));
    if (own.length <= shortBytes) record.set(own, 4);
    const records = new Uint8Array(size * record.length);
    mpi.allGather(record, records);
    const lengths = Int32Array.from({ length: size }, (_, from) =>
      wordAt(wordsOf(records), from * (record.length / 4)),
    );
    if (lengths.every((length) => length <= shortBytes))
      return Array.from(lengths, (length, from) => {
        const start = from * record.length + 4;
        return records.subarray(start, start + length);
      });
    const all = partsIn(into, lengths);
    mpi.allGatherVarying(own, all.bytes, all.counts, all.places);
    return split(all);
  }

  async function exchange(outgoing: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
    const sent = partsIn(
      out,
      Int32Array.from(outgoing, ({ length }) => length),
    );
    for (const [to, bytes] of outgoing.entries()) sent.bytes.set(bytes, wordAt(sent.places, to));
    const lengths = new Int32Array(size);
    mpi.allToAll(bytesOf(sent.counts), bytesOf(lengths), Int32Array.BYTES_PER_ELEMENT);
    const received = partsIn(into, lengths);
    mpi.allToAllVarying(sent, received);
    return split(received);
  }

  const own = hostname();
  const hosts = (await gather(Buffer.from(own, "utf8"))).map((bytes) => Buffer.from(bytes).toString("utf8"));
  return { rank, size, onThisHost: hosts.filter((host) => host === own).length, gather, exchange };
}

/** Gives at least so many bytes, the same ones as before if they are enough. */
function growingBytes(): (length: number) => Uint8Array {
  let bytes = new Uint8Array(2 ** 16);
  return (length) => {
    if (bytes.length < length) bytes = new Uint8Array(Math.max(length, 2 * bytes.length));
    return bytes;
  };
}

function partsIn(growing: (length: number) => Uint8Array, counts: Int32Array): Parts {
  const places = new Int32Array(counts.length);
  let total = 0;
  for (const [rank, count] of counts.entries()) {
    places[rank] = total;
    total += count;
  }
  return { bytes: growing(total), counts, places };
}

function split({ bytes, counts, places }: Parts): readonly Uint8Array[] {
  return Array.from(counts, (count, rank) => bytes.subarray(wordAt(places, rank), wordAt(places, rank) + count));
}

function wordsOf(bytes: Uint8Array): Int32Array {
  return new Int32Array(bytes.buffer);
}

function bytesOf(words: Int32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}
