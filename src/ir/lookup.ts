/**
 * Access to what must be there. An index or a key that leads nowhere is a fault of the code or of the program, and a
 * default value in its place could change a verdict. So these functions throw.
 */

/** The element at an index. Throws a RangeError if there is none. */
export function at<T>(list: ArrayLike<T>, index: number): T {
  const element = list[index];
  if (element === undefined) throw new RangeError(`there is no element ${index} in a list of ${list.length}`);
  return element;
}

/** The last element. Throws a RangeError if the list is empty. */
export function lastOf<T>(list: ArrayLike<T>): T {
  return at(list, list.length - 1);
}

/** The value of a key. Throws a RangeError that names `what` if the map lacks the key. */
export function entryOf<K, V>(map: ReadonlyMap<K, V>, key: K, what: string): V {
  return required(map.get(key), what);
}

/** The value itself. Throws a RangeError that names `what` if it is undefined. */
export function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new RangeError(`${what} is not there`);
  return value;
}

/**
 * The same for loops over millions of words. Apart from `at`, because an access that sees only typed arrays costs no more
 * than one without a check.
 */
export function wordAt(words: Int32Array | Uint8Array, index: number): number {
  const word = words[index];
  if (word === undefined) throw new RangeError(`there is no word ${index} among ${words.length}`);
  return word;
}
