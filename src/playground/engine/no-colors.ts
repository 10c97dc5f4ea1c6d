/** Stands in a bundle for chalk (`browser` in package.json), because the page prints no colours. */

/** A style is a function from a text to that text, and has all styles as properties. */
type Plain = (text: unknown) => string;

const plain: Plain = new Proxy((text: unknown) => String(text), { get: () => plain });

export const Chalk = class {
  constructor() {
    // biome-ignore lint/correctness/noConstructorReturn: chalk's instances are functions, too
    return plain;
  }
};
