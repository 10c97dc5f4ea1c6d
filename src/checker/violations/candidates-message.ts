/**
 * The message of a worker at its end: its candidates, each of which can have many last moves. As MessagePack records they
 * take a few bytes a move in one message. Structured cloning would copy thousands of small objects. Without candidates
 * the message has no bytes.
 */
import { messagePack } from "../memory/message-pack.ts";
import type { Candidate } from "./violation-candidates.ts";

type Sent = Omit<Candidate, "representative" | "target"> & {
  readonly representative: number[];
  readonly target: number[];
};

export function packCandidates(candidates: readonly Candidate[]): Uint8Array {
  if (candidates.length === 0) return new Uint8Array();
  return messagePack().pack(
    candidates.map((candidate) => ({
      ...candidate,
      representative: [...candidate.representative],
      target: [...candidate.target],
    })),
  );
}

export function unpackCandidates(message: Uint8Array): readonly Candidate[] {
  if (message.length === 0) return [];
  const plain = messagePack().unpack(message) as Sent[];
  return plain.map((candidate) => ({
    ...candidate,
    representative: Uint32Array.from(candidate.representative),
    target: Uint32Array.from(candidate.target),
  }));
}
