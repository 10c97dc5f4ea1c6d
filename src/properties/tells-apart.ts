/**
 * Whether an expression of a scenario's own might tell apart what is alike. It cannot without a number (an index, a page
 * frame number), the name of one of them, or the page of an entry (an empty one reads as page 0); so every expression
 * that has any of these is taken to do so.
 */
export function mayTellApart(expr: string, elements: readonly string[]): boolean {
  const texts = [...expr.matchAll(/"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/g)];
  const code = texts.reduce((rest, [text]) => rest.replace(text, '""'), expr);
  return (
    /(?<!\w)\d|\bpfn\b|\bpages\s*\[/.test(code) ||
    texts.some(([, double, single]) => elements.includes(double ?? single ?? ""))
  );
}
