/**
 * A command of this program as a person types it, from its arguments. A person who started the program with npx (which
 * is `npm exec`) need not have it in the search path, so the command begins with npx too. A browser has no process.
 */
export function typedCommand(
  words: string,
  { npm_command: startedBy }: Readonly<Record<string, string | undefined>> = globalThis.process?.env ?? {},
): string {
  return `${startedBy === "exec" ? "npx " : ""}exclusive-check ${words}`;
}
