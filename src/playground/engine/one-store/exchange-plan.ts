/** Stands in a bundle for src/memory/exchange-plan.ts: a browser searches alone. */
export function planExchange(): undefined {
  return undefined;
}
