/**
 * Commands that GitHub's runner reads from the lines of a job's output.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */

export type Severity = "error" | "warning" | "notice";

export interface Annotation {
  readonly title: string;
  readonly file: string;
  readonly line: number;
  readonly col: number;
}

export function annotationCommand(severity: Severity, annotation: Annotation, message: string): string {
  const { title, file, line, col } = annotation;
  const properties = Object.entries({ title, file, line, col }).map(
    ([key, value]) => `${key}=${escapeProperty(value)}`,
  );
  return `::${severity} ${properties.join(",")}::${escapeData(message)}\n`;
}

/** Puts a backslash into everything that the runner would read as a command, in the old or the new form. */
export function withoutCommands(text: string): string {
  return text.replace(/^(\s*)::(?=\S)/gm, "$1:\\:").replaceAll("##[", "#\\#[");
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(value: string | number): string {
  return escapeData(String(value)).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
