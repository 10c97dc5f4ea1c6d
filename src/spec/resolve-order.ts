/** The order of actors: `"after": "writer"` or `"after": ["writer", "engine"]`. */
import { lastOf } from "../ir/lookup.ts";
import { callsOf } from "./calls.ts";
import type { Report } from "./collector.ts";
import type { RawSpec } from "./raw-spec.ts";
import type { Path } from "./source-file.ts";
import { expectedOneOf, meantHint, quote } from "./wording.ts";

/**
 * The actors that come before an actor. Reports those that do not exist or that wait for it themselves, as a child's
 * actor waits for the fork.
 */
export function afterOf(name: string, raw: RawSpec, report: Report): readonly string[] {
  const names = Object.keys(raw.actors);
  return placedNames(name, raw).flatMap(({ other, path }) => {
    if (!names.includes(other)) {
      const hint = meantHint(other, names);
      const message = `there is no actor ${quote(other)}${expectedOneOf(
        names.filter((one) => one !== name),
        hint,
      )}`;
      report(path, { code: "spec/unknown-actor", message, hint });
      return [];
    }
    const circle = chainFrom(other, name, raw);
    if (circle === undefined) return [other];
    const message =
      other === name
        ? `${quote(name)} cannot come after itself`
        : `${quote(name)} waits for ${circle.map(quote).join(", which waits for ")}, so none of them could begin`;
    report(path, { code: "spec/circular-order", message: `${message}; expected an actor that does not wait for it` });
    return [];
  });
}

function placedNames(name: string, { actors }: RawSpec): readonly { readonly other: string; readonly path: Path }[] {
  const after = Object.hasOwn(actors, name) ? (actors[name]?.after ?? []) : [];
  const path = ["actors", name, "after"];
  if (typeof after === "string") return [{ other: after, path }];
  return [...new Set(after)].map((other) => ({ other, path: [...path, after.indexOf(other)] }));
}

/** The actors that must act before an actor begins: those that it names, and the one that forks its process. */
function actorsBefore(name: string, raw: RawSpec): readonly string[] {
  const named = placedNames(name, raw).map(({ other }) => other);
  const process = Object.hasOwn(raw.actors, name) ? raw.actors[name]?.process : undefined;
  const forkers = Object.keys(raw.actors).filter((one) =>
    callsOf(raw, one).some(({ operation, target }) => operation.target === "process" && target === process),
  );
  return [...named, ...forkers];
}

/** The shortest chain of actors from one to another, both included, each after the next one. */
function chainFrom(from: string, to: string, raw: RawSpec): readonly string[] | undefined {
  const known = new Set([from]);
  for (let chains: readonly (readonly string[])[] = [[from]]; chains.length > 0; ) {
    const found = chains.find((chain) => lastOf(chain) === to);
    if (found !== undefined) return found;
    chains = chains.flatMap((chain) =>
      actorsBefore(lastOf(chain), raw).flatMap((other) => {
        if (known.has(other)) return [];
        known.add(other);
        return [[...chain, other]];
      }),
    );
  }
  return undefined;
}
