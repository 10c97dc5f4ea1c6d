// Many texts in one, which compresses well. `src/playground/page/packed.ts` takes it apart.

/**
 * Each name before its text, with zero characters between them: neither the escapes of JSON nor a table of lengths,
 * which compress badly. A scenario is packed without its layout. A mark stands for what the name of its file says, and
 * another one for its sentence. The sentences come first: before the scripts, which have the same words, they compress
 * better than after them. Throws if a text has such a mark already.
 *
 * @param {Readonly<Record<string, string>>} texts
 */
export function packTexts(texts) {
  /** @type {string[]} */
  const sentences = [];
  const parts = Object.entries(texts).flatMap(([path, text]) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the marks
    if (/[\0\x01\x02]/.test(path + text)) throw new Error(`${path} has a character that marks something in the pack`);
    return [path, path.startsWith("specs/") ? marked(path, text, sentences) : text];
  });
  return [sentences.join("\n"), ...parts].join("\0");
}

/**
 * @param {string} path
 * @param {string} text
 * @param {string[]} sentences
 */
function marked(path, text, sentences) {
  const name = /[^/]*(?=\.json$)/.exec(path)?.[0];
  return JSON.stringify(JSON.parse(text))
    .replace(`"name":"${name}"`, '"name":"\x01"')
    .replace(/(?<="description":")(?:[^"\\]|\\.)*(?=")/, (sentence) => {
      sentences.push(sentence);
      return "\x02";
    });
}
