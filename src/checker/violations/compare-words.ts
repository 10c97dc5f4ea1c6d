/** Compares packed states word by word; negative where the first is less. */
export function compareWords(a: Uint32Array, b: Uint32Array): number {
  for (const [i, word] of a.entries()) {
    const other = b[i] ?? 0;
    if (word !== other) return word < other ? -1 : 1;
  }
  return 0;
}
