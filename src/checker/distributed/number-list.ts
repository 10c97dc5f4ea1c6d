/** A list of numbers that grows. */
export interface NumberList {
  readonly length: number;
  readonly push: (value: number) => void;
  readonly words: () => Int32Array;
}

export function numberList(): NumberList {
  let words = new Int32Array(1024);
  let length = 0;
  return {
    get length() {
      return length;
    },
    push(value) {
      if (length === words.length) {
        const larger = new Int32Array(2 * length);
        larger.set(words);
        words = larger;
      }
      words[length++] = value;
    },
    words: () => words.subarray(0, length),
  };
}
