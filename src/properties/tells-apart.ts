/**
 * Whether an expression of a scenario's own might tell apart what is alike. It cannot without a number (an index, a page
 * frame number) or the name of one of them; so every expression that has either is taken to do so.
 */
export function mayTellApart(expr: string, elements: readonly string[]): boolean {
  const texts = [...expr.matchAll(/"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/g)];
  const code = texts.reduce((rest, [text]) => rest.replace(text, '""'), expr);
  return /(?<!\w)\d/.test(code) || texts.some(([, double, single]) => elements.includes(double ?? single ?? ""));
}
