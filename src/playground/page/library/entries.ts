/** What the list of shipped scenarios shows, read from the scenarios themselves. */
import type { Source } from "../../protocol.ts";
import { groupOf } from "./groups.ts";

export interface Entry {
  readonly source: Source;
  readonly name: string;
  readonly description: string;
  /** The title of the group in which the list shows it. */
  readonly group: string;
  /** Everything that a search looks into beside the name, in lower case. */
  readonly haystack: string;
}

/** The parts of a scenario that the list reads. Every shipped scenario has them; a test reads them all. */
interface Scenario {
  readonly name: string;
  readonly description: string;
  readonly system: { readonly devices?: Readonly<Record<string, { readonly driver: string }>> };
  readonly actors: Readonly<Record<string, { readonly run?: readonly object[] }>>;
  readonly properties?: unknown;
}

export function entriesOf(library: readonly Source[]): readonly Entry[] {
  return library.map((source) => {
    const { name, description, system, actors, properties = [] } = JSON.parse(source.text) as Scenario;
    const operations = Object.values(actors).flatMap(({ run = [] }) => run.flatMap((call) => Object.keys(call)));
    const drivers = Object.values(system.devices ?? {}).map(({ driver }) => driver);
    const group = groupOf(source.file, name, operations);
    const searched = [name, description, group, ...operations, ...drivers, JSON.stringify(properties)];
    return { source, name, description, group, haystack: searched.join(" ").toLowerCase() };
  });
}
