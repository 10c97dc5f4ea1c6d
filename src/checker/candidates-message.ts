/**
 * What a worker sends when it ends: its candidates, which can have many last moves each. As MessagePack records they
 * are a few bytes a move and one message, where structured cloning walks thousands of small objects.
 */
import { Packr } from "msgpackr";
import type { Candidate } from "./violation-candidates.ts";

type Sent = Omit<Candidate, "orbit" | "target"> & { readonly orbit: number[]; readonly target: number[] };

const packr = new Packr({ useRecords: true });

export function packCandidates(candidates: readonly Candidate[]): Uint8Array {
  return packr.pack(
    candidates.map((candidate) => ({
      ...candidate,
      orbit: [...candidate.orbit],
      target: [...candidate.target],
    })),
  );
}

export function unpackCandidates(message: Uint8Array): readonly Candidate[] {
  const plain = new Packr({ useRecords: true }).unpack(message) as Sent[];
  return plain.map((candidate) => ({
    ...candidate,
    orbit: Uint32Array.from(candidate.orbit),
    target: Uint32Array.from(candidate.target),
  }));
}
