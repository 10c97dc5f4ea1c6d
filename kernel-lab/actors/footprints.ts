/** What an actor can still read and write from a location on. Ghosts do not count, because nothing depends on them. */
import { slotsRead, slotsWritten } from "../../src/codegen/analysis/footprint.ts";
import { at, entryOf } from "../../src/ir/lookup.ts";
import type { Location, Program } from "../../src/ir/program.ts";
import { allStatements, expressionsOf } from "../../src/ir/visit.ts";

/** A set of slots, one bit each. */
type Bits = Uint32Array;

interface Footprint {
  readonly reads: Bits;
  readonly writes: Bits;
}

export interface Footprints {
  /**
   * Whether the step of a location and all steps that other actors can take, from their own locations on, leave each
   * other undisturbed. If only such a step is explored, no end is lost (a persistent set: Godefroid, "Partial-Order
   * Methods", 1996).
   */
  readonly independent: (location: Location, others: readonly Location[]) => boolean;
}

/** `alsoUsed`: slots that a step reads and writes besides what its statements say. */
export function footprintsOf(program: Program, alsoUsed: (location: Location) => Iterable<number>): Footprints {
  const words = Math.ceil(program.slots.length / 32);
  const ghosts = slotsOf(
    words,
    program.variables
      .filter(({ ghost }) => ghost)
      .flatMap((ghost) =>
        Array.from({ length: ghost.size }, (_, element) => entryOf(program.slotOf, ghost, ghost.name) + element),
      ),
  );
  const own = program.locations.map((location) => {
    const used = alsoUsed(location);
    const read = new Set<number>(used);
    for (const statement of allStatements(location.body))
      for (const expr of statement.op === "assert" || statement.op === "emit" ? [] : expressionsOf(statement))
        for (const slot of slotsRead(program, expr)) read.add(slot);
    return {
      reads: without(slotsOf(words, read), ghosts),
      writes: without(slotsOf(words, new Set<number>([...slotsWritten(program, location), ...used])), ghosts),
    };
  });
  const future = futures(program, own);
  return {
    independent: ({ id }, others) => {
      const { reads, writes } = at(own, id);
      return others.every((other) => {
        const later = at(future, other.id);
        return !meet(writes, later.reads) && !meet(writes, later.writes) && !meet(reads, later.writes);
      });
    },
  };
}

/** The union of the footprints of all locations that can be reached from each. */
function futures(program: Program, own: readonly Footprint[]): readonly Footprint[] {
  const future = own.map(({ reads, writes }) => ({ reads: reads.slice(), writes: writes.slice() }));
  const next = program.locations.map(({ body }) =>
    [...allStatements(body)].flatMap((statement) => (statement.op === "goto" ? [statement.location] : [])),
  );
  for (let changed = true; changed; ) {
    changed = false;
    // Most steps lead forwards, so the way back from the end needs few rounds.
    for (let id = next.length - 1; id >= 0; id--)
      for (const to of at(next, id)) {
        const [here, there] = [at(future, id), at(future, to)];
        if (add(here.reads, there.reads)) changed = true;
        if (add(here.writes, there.writes)) changed = true;
      }
  }
  return future;
}

function slotsOf(words: number, slots: Iterable<number>): Bits {
  const bits = new Uint32Array(words);
  for (const slot of slots) bits[slot >> 5] = at(bits, slot >> 5) | (1 << (slot & 31));
  return bits;
}

function without(bits: Bits, removed: Bits): Bits {
  return bits.map((word, index) => word & ~at(removed, index));
}

function meet(a: Bits, b: Bits): boolean {
  return a.some((word, index) => (word & at(b, index)) !== 0);
}

function add(into: Bits, more: Bits): boolean {
  let changed = false;
  for (const [index, word] of more.entries()) {
    const before = at(into, index);
    if ((before | word) >>> 0 === before) continue;
    into[index] = before | word;
    changed = true;
  }
  return changed;
}
