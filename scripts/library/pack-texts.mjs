// Many texts in one, which compresses well. `src/playground/page/packed.ts` takes it apart.

/**
 * Each name before its text, with zero characters between them: neither the escapes of JSON nor a table of lengths,
 * which compress badly. In a scenario a mark stands for what the name of its file says, and another one for its
 * sentence. The sentences come first: before the scripts, which have the same words, they compress better than after
 * them. Marks at the beginning of a line say by how much its indentation differs from that of the line before. Throws if
 * a text has such a mark already.
 *
 * @param {Readonly<Record<string, string>>} texts
 */
export function packTexts(texts) {
  /** @type {string[]} */
  const sentences = [];
  const parts = Object.entries(texts).flatMap(([path, text]) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the marks
    if (/[\0\x01\x02\x03\x04]/.test(path + text))
      throw new Error(`${path} has a character that marks something in the pack`);
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
  const shorter = text
    .replace(`"name": "${name}"`, '"name": "\x01"')
    .replace(/(?<="description": ").*(?=",\n)/, (sentence) => {
      sentences.push(sentence);
      return "\x02";
    });
  let depth = 0;
  return shorter.replace(/^(?: {2})*/gm, ({ length }) => {
    const deeper = length / 2 - depth;
    depth += deeper;
    return deeper > 0 ? "\x03".repeat(deeper) : "\x04".repeat(-deeper);
  });
}
