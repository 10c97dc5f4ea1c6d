/** Readable numbers. They are the same on every machine, whatever its language. */

export function count(value: number, one: string, many = `${one}s`): string {
  return `${grouped(value)} ${value === 1 ? one : many}`;
}

/** `1,234,567` */
export function grouped(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
}

export function seconds(value: number): string {
  if (value < 60) return `${value.toFixed(value < 10 ? 2 : 1)} s`;
  const whole = Math.round(value);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${rest} s`;
}

/** `3.4e-9` */
export function probability(value: number): string {
  return value === 0 || value >= 0.01 ? String(Number(value.toPrecision(2))) : value.toExponential(1);
}

/** `12.3 %` */
export function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}

const units = ["B", "KiB", "MiB", "GiB", "TiB"];

export function bytes(value: number): string {
  let unit = 0;
  let amount = value;
  while (amount >= 1024 && unit + 1 < units.length) {
    amount /= 1024;
    unit++;
  }
  return `${unit === 0 ? Math.round(amount) : amount.toFixed(1)} ${units[unit]}`;
}
