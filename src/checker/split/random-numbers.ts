/** The same numbers in every run: Marsaglia, "Xorshift RNGs", Journal of Statistical Software 8 (14), 2003. */
export function randomNumbers(): (below: number) => number {
  let x = 2463534242;
  return (below) => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) % below;
  };
}
