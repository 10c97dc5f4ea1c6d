/** Where bytes go. */
export interface ByteWriter {
  readonly bytes: number[];
}

/** The variable-length encoding of WebAssembly's integers: seven bits a byte, lowest first. */
export function writeUnsigned(to: ByteWriter, value: number): void {
  let rest = value;
  while (rest > 0x7f) {
    to.bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  to.bytes.push(rest);
}

/** As `writeUnsigned`, for signed values: ends where the rest is only copies of the sign bit. */
export function writeSigned(to: ByteWriter, value: bigint): void {
  if (value >= -64n && value < 64n) {
    to.bytes.push(Number(value) & 0x7f);
    return;
  }
  let rest = value;
  for (;;) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    if ((rest === 0n && low < 0x40) || (rest === -1n && low >= 0x40)) {
      to.bytes.push(low);
      return;
    }
    to.bytes.push(low | 0x80);
  }
}
