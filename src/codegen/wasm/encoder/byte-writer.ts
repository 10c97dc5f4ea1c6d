/** Collects bytes in an array that grows by doubling. This is much cheaper than one JavaScript number for each byte. */
export interface ByteWriter {
  readonly bytes: ByteBuffer;
}

export interface ByteBuffer {
  readonly length: number;
  push(byte: number): void;
  pushAll(bytes: readonly number[]): void;
  append(other: ByteBuffer): void;
  /** Forgets all bytes. */
  clear(): void;
  /** The bytes written so far, as a view that the next write may make invalid. */
  view(): Uint8Array<ArrayBuffer>;
}

export function byteBuffer(): ByteBuffer {
  let bytes = new Uint8Array(256);
  let length = 0;
  const reserve = (more: number): void => {
    if (length + more <= bytes.length) return;
    const larger = new Uint8Array(Math.max(bytes.length * 2, length + more));
    larger.set(bytes);
    bytes = larger;
  };
  return {
    get length() {
      return length;
    },
    push(byte) {
      if (length === bytes.length) reserve(1);
      bytes[length++] = byte;
    },
    pushAll(added) {
      reserve(added.length);
      for (const byte of added) bytes[length++] = byte;
    },
    append(other) {
      reserve(other.length);
      bytes.set(other.view(), length);
      length += other.length;
    },
    clear() {
      length = 0;
    },
    view: () => bytes.subarray(0, length),
  };
}

/** The variable-length encoding of WebAssembly's integers: seven bits a byte, lowest first. For values below 2^32. */
export function writeUnsigned(to: ByteWriter, value: number): void {
  let rest = value >>> 0;
  while (rest > 0x7f) {
    to.bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  to.bytes.push(rest);
}

/** Like `writeUnsigned`, for signed values of 32 bits: ends when the rest is only copies of the sign bit. */
export function writeSigned(to: ByteWriter, value: number): void {
  let rest = value | 0;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && low < 0x40) || (rest === -1 && low >= 0x40)) {
      to.bytes.push(low);
      return;
    }
    to.bytes.push(low | 0x80);
  }
}

export function writeSigned64(to: ByteWriter, value: bigint): void {
  let rest = BigInt.asIntN(64, value);
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
