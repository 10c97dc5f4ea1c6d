/** Moves the roots to a table with other keys or other cells: as pairs, through a file. */
import { pairsAtOnce, type ReshapeFunctions } from "../../codegen/wasm/store/tree/reshaping.ts";
import { blockSize, keyNoteBytes } from "../../memory/memory-map.ts";
import { pairBytes } from "../../memory/tree-plan.ts";
import { type LevelFile, readAt, unlessFull, writeAt } from "../disk/level-file.ts";
import { areaOf, type SharedMemory } from "../memory/shared-memory.ts";

type Shared = SharedMemory<"tree">;

/** Bytes that are written or read at once. */
const pieceBytes = 16 * pairsAtOnce * pairBytes;

/** The table before, and how the functions are told the size that it gets. */
interface Reshaping {
  readonly slots: number;
  readonly cellBytes: number;
  readonly begin: () => void;
}

/**
 * Called by one thread while the others wait. The pairs are written after all notes that the file of notes can have. They
 * are not kept in memory, because they would take several times as much as the table. If the disk is full, nothing has
 * changed.
 */
export function reshapeRoots(
  shared: Shared,
  functions: ReshapeFunctions,
  file: LevelFile,
  worker: number,
  { slots, cellBytes, begin }: Reshaping,
): "done" | "no place" | "disk full" {
  const { memory, plan } = shared;
  const start = plan.maxSegments * blockSize * keyNoteBytes;
  const pairs = new Uint8Array(memory.buffer, areaOf(plan, worker) + plan.probesIn, pairsAtOnce * pairBytes);
  const piece = new Uint8Array(pieceBytes);
  let end = start;
  const isWritten = unlessFull(shared, () => {
    let filled = 0;
    const flush = (): void => {
      writeAt(file, piece.subarray(0, filled), end);
      end += filled;
      filled = 0;
    };
    for (let slot = 0; slot < slots; slot += pairsAtOnce) {
      const bytes = functions.pairsAt(slot, Math.min(slots, slot + pairsAtOnce)) * pairBytes;
      if (filled + bytes > pieceBytes) flush();
      piece.set(pairs.subarray(0, bytes), filled);
      filled += bytes;
    }
    flush();
  });
  if (!isWritten) return "disk full";
  new Uint8Array(memory.buffer, plan.tableAt, slots * cellBytes).fill(0);
  begin();
  let lost = 0;
  for (let place = start; place < end; place += pieceBytes) {
    const part = piece.subarray(0, Math.min(pieceBytes, end - place));
    if (readAt(file, part, place) < part.length) throw new Error("the file of roots ends too early");
    for (let at = 0; at < part.length; at += pairs.length) {
      const some = part.subarray(at, at + pairs.length);
      pairs.set(some);
      lost |= functions.enterPairs(some.length / pairBytes);
    }
  }
  return lost === 0 ? "done" : "no place";
}
