/** What make's output says: how far the build is, and what went wrong. */

/** Whether a line of make's output says that a file is compiled. */
export function compilesFile(line: string): boolean {
  return /^ {2}(CC|AS|HOSTCC)\b/.test(line);
}

/** The expected remaining time in seconds; undefined while too little is known, or if more is compiled than expected. */
export function remainingSeconds(compiled: number, expected: number, elapsed: number): number | undefined {
  if (compiled < 50 || compiled >= expected) return undefined;
  return (elapsed / compiled) * (expected - compiled);
}

const failure = /\berror:|\bfatal error\b|undefined reference|No rule to make target|\bNo space left on device\b/;
const shownLines = 6;

/** The first error in make's output, with the lines after it. Without one, the last lines. */
export function firstError(log: string): string {
  const lines = log.trimEnd().split("\n");
  const first = lines.findIndex((line) => failure.test(line));
  const start = first >= 0 ? first : lines.findIndex((line) => line.startsWith("make") && line.includes("***"));
  return (start < 0 ? lines.slice(-shownLines) : lines.slice(start, start + shownLines)).join("\n");
}
