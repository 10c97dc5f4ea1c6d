/** The name under which the search's module imports a bank's functions. */
export function bankName(bank: number): string {
  return `bank${bank}`;
}
