/** Bytes that grow. */
export interface ByteList {
  readonly push: (more: Uint8Array) => void;
  /** Valid until the next push. */
  readonly bytes: () => Uint8Array;
  readonly clear: () => void;
}

export function byteList(): ByteList {
  let room = new Uint8Array(1024);
  let length = 0;
  return {
    push(more) {
      if (length + more.length > room.length) {
        const larger = new Uint8Array(2 * (length + more.length));
        larger.set(room.subarray(0, length));
        room = larger;
      }
      room.set(more, length);
      length += more.length;
    },
    bytes: () => room.subarray(0, length),
    clear() {
      length = 0;
    },
  };
}
