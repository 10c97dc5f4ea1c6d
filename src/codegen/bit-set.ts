/** Sets of small numbers that are intersected often. */
export type BitSet = Uint32Array;

export function bitSet(numbers: Iterable<number>, below: number): BitSet {
  const bits = new Uint32Array(Math.ceil(below / 32));
  for (const number of numbers) bits[number >>> 5]! |= 1 << (number & 31);
  return bits;
}

export function meet(a: BitSet, b: BitSet): boolean {
  for (let i = 0; i < a.length; i++) if ((a[i]! & b[i]!) !== 0) return true;
  return false;
}
