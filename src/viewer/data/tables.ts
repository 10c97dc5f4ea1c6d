/** Which variables are shown as tables, and how. The rest are in the list of all variables. */
import type { History } from "./history.ts";
import { parseName, type VariableName } from "./variable-name.ts";

export interface StateTable {
  readonly title: string;
  /** What the columns are. */
  readonly of: string;
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
}

export interface TableRow {
  readonly title: string;
  readonly ghost: boolean;
  /** A variable's element for each column. */
  readonly cells: readonly (string | undefined)[];
}

interface TableDescription {
  readonly title: string;
  readonly of: string;
  readonly families: readonly Family[];
}

/** The last label of a family is the column. The label before it is a part of the row's title. */
interface Family {
  readonly family: string | RegExp;
  readonly title: (name: VariableName) => string;
  readonly ghost?: true;
}

const bare = ({ family }: VariableName): string => family;
const ofOwner =
  (what: string) =>
  ({ labels: [owner = ""] }: VariableName): string =>
    `${owner} ${what}`;

const descriptions: readonly TableDescription[] = [
  {
    title: "Page tables, device page tables and TLBs",
    of: "address",
    families: [
      { family: "pte", title: ofOwner("PTE") },
      { family: "device_pte", title: ofOwner("page table") },
      { family: "device_tlb", title: ofOwner("TLB") },
      { family: "pinned", title: ({ labels: [owner = ""] }) => `pinned by ${owner}` },
    ],
  },
  { title: "CPU TLBs", of: "thread", families: [{ family: "cpu_tlb", title: () => "entry" }] },
  {
    title: "Pages",
    of: "page",
    families: [
      { family: "refcount", title: bare },
      { family: "mapcount", title: bare },
      { family: "page_lock", title: () => "locked by" },
      { family: /^page_/, title: ({ family }) => family.slice("page_".length).replaceAll("_", " ") },
      {
        family: "held",
        title: ({ labels: [owner = ""] }) => `held by ${owner}`,
        ghost: true,
      },
    ],
  },
  {
    title: "Swap",
    of: "slot",
    families: [
      { family: "swap_count", title: () => "swap_map" },
      { family: "swap_cache", title: () => "swap cache" },
    ],
  },
  {
    title: "Processes",
    of: "process",
    families: [
      { family: "process_state", title: () => "state" },
      { family: "exit_state", title: () => "exit" },
      { family: "mm_users", title: bare },
      { family: /^rss_/, title: bare },
      { family: "active_invalidate_ranges", title: () => "invalidations under way" },
    ],
  },
];

export function tablesOf(history: History): readonly StateTable[] {
  const names = history.variables.map((element) => ({ element, name: parseName(element) }));
  const taken = new Set<string>();
  return descriptions.flatMap(({ title, of, families }): readonly StateTable[] => {
    const rows = new Map<string, { readonly ghost: boolean; readonly cells: Map<string, string> }>();
    for (const described of families)
      for (const { element, name } of names) {
        const column = name.labels.at(-1);
        if (column === undefined || taken.has(element) || !matches(described.family, name.family)) continue;
        taken.add(element);
        const key = described.title(name);
        const ghost = described.ghost === true || history.kindOf(element) === "ghost";
        const row = rows.get(key) ?? { ghost, cells: new Map<string, string>() };
        rows.set(key, { ghost: row.ghost || ghost, cells: row.cells.set(column, element) });
      }
    const columns = [...new Set([...rows.values()].flatMap(({ cells }) => [...cells.keys()]))];
    const list = [...rows].map(
      ([key, { ghost, cells }]): TableRow => ({
        title: key,
        ghost,
        cells: columns.map((column) => cells.get(column)),
      }),
    );
    return list.length === 0 ? [] : [{ title, of, columns, rows: list }];
  });
}

function matches(family: string | RegExp, name: string): boolean {
  return typeof family === "string" ? family === name : family.test(name);
}
