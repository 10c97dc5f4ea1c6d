import { didYouMean, nearestFirst } from "../text/did-you-mean.ts";
import type { CelNode, Issue } from "./cel.ts";
import { unknown, type Value } from "./values.ts";

export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Which names a place in a property can see, and where its errors are reported. */
export interface Scope {
  readonly source: string;
  readonly globals: ReadonlyMap<string, Value>;
  /** Why a name that is not among `globals` is missing, for names that exist in other properties. */
  readonly absent: ReadonlyMap<string, string>;
  readonly locals: ReadonlyMap<string, Value>;
  readonly report: (at: Range, message: string, hint?: string, notALiteral?: Issue["notALiteral"]) => void;
  /** Counts one more unrolled body of a macro. False if the property has become too large. */
  readonly unroll: (at: Range) => boolean;
}

/** Nested macros over long lists multiply. With more bodies than this, the compiled property would be far too slow. */
const maxBodies = 50_000;

export interface Globals {
  readonly names: ReadonlyMap<string, Value>;
  readonly absent: ReadonlyMap<string, string>;
}

/** The scope of a whole property. Each issue is reported once, however often macros unroll its place. */
export function rootScope(source: string, globals: Globals, issues: Issue[]): Scope {
  const seen = new Set<string>();
  let bodies = 0;
  const report: Scope["report"] = (at, message, hint, notALiteral) => {
    const key = `${at.start} ${message}`;
    if (seen.has(key)) return;
    seen.add(key);
    const place = { offset: at.start, length: at.end - at.start };
    issues.push({
      ...place,
      message,
      ...(hint === undefined ? {} : { hint }),
      ...(notALiteral === undefined ? {} : { notALiteral }),
    });
  };
  const unroll = (at: Range) => {
    bodies += 1;
    if (bodies > maxBodies) report(at, `the property unrolls to more than ${maxBodies} parts; nest fewer lists`);
    return bodies <= maxBodies;
  };
  return { source, globals: globals.names, absent: globals.absent, locals: new Map(), report, unroll };
}

export function withLocal(scope: Scope, name: string, value: Value): Scope {
  return { ...scope, locals: new Map([...scope.locals, [name, value]]) };
}

export function lookUp(name: string, node: CelNode, scope: Scope): Value {
  const found = scope.locals.get(name) ?? scope.globals.get(name);
  if (found !== undefined) return found;
  const absent = scope.absent.get(name);
  const names = [...scope.locals.keys(), ...scope.globals.keys()];
  if (absent !== undefined) scope.report(node, absent);
  else scope.report(node, `there is no \`${name}\`; the names are ${listed(name, names)}`, suggestion(name, names));
  return unknown;
}

/** Longer lists would be hard to read. */
const mostListed = 8;

/** Names in their own order; of many names, only those that are most like the word. */
export function listed(
  word: string,
  names: readonly string[],
  shown: (name: string) => string = (name) => name,
): string {
  if (names.length <= mostListed) return names.map(shown).join(", ");
  const nearest = nearestFirst(word, names).slice(0, mostListed);
  return `${nearest.map(shown).join(", ")} and ${names.length - mostListed} others`;
}

export function suggestion(word: string, candidates: readonly string[]): string | undefined {
  const meant = didYouMean(word, candidates);
  return meant === undefined ? undefined : `did you mean \`${meant}\`?`;
}
