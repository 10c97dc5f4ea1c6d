/** Two rounds of multiplying and folding spread a slot and its value over 32 bits. */
export function hashOf(slot: number, value: number): number {
  const begun = Math.imul(slot + 1, 0x9e3779b1) ^ Math.imul(value + 1, 0x85ebca6b);
  const folded = Math.imul(begun ^ (begun >>> 15), 0x2c1b3c6d);
  const again = Math.imul(folded ^ (folded >>> 12), 0x297a2d39);
  return again ^ (again >>> 15);
}
