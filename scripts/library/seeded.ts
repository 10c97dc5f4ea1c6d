/** Random numbers that depend only on a seed (mulberry32, by Tommy Ettinger). */

export interface Random {
  /** From 0 to `count - 1`. */
  readonly below: (count: number) => number;
  readonly among: <T>(items: readonly T[]) => T;
  /** Some of the items, each with this probability. */
  readonly some: <T>(items: readonly T[], probability: number) => readonly T[];
  readonly chance: (probability: number) => boolean;
  readonly tape: (length: number) => readonly number[];
}

export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number): number => Math.floor(next() * count);
  const chance = (probability: number): boolean => next() < probability;
  return {
    below,
    chance,
    among: (items) => items[below(items.length)] as (typeof items)[number],
    some: (items, probability) => items.filter(() => chance(probability)),
    tape: (length) => Array.from({ length }, () => below(1000)),
  };
}
