/** The state as tables: page tables, TLBs, pages, processes. */
import { html, nothing, type TemplateResult } from "lit-html";
import type { Page } from "../data/page.ts";
import type { StateTable, TableRow } from "../data/tables.ts";
import { cellView } from "./value-view.ts";

export function tablesView(page: Page): readonly TemplateResult[] {
  return page.tables.map((table) => panelView(table, page));
}

/** Columns that never change in the trace are folded. */
function panelView(table: StateTable, page: Page): TemplateResult {
  const moves = table.columns.map((_, column) =>
    table.rows.some(({ cells }) => page.history.changesOf(cells[column] ?? "").length > 0),
  );
  const moving = withColumns(table, (column) => moves[column] === true);
  const still = withColumns(table, (column) => moves[column] === false);
  const names = still.columns.join(", ");
  return html`
    <section class="panel">
      <h2>${table.title}</h2>
      ${moving.columns.length === 0 ? nothing : tableView(moving, table.title, page)}
      ${
        still.columns.length === 0
          ? nothing
          : html`<details class="still">
              <summary>${names}: <span class="soft">nothing changes in this trace</span></summary>
              ${tableView(still, `${table.title}: ${names}`, page)}
            </details>`
      }
      ${table.rows.some(({ ghost }) => ghost) ? html`<p class="soft note">Slanted: the checker's notes, not the kernel's state.</p>` : nothing}
    </section>
  `;
}

function withColumns(table: StateTable, isShown: (column: number) => boolean): StateTable {
  const rows = table.rows.map((row) => ({ ...row, cells: row.cells.filter((_, column) => isShown(column)) }));
  return {
    ...table,
    columns: table.columns.filter((_, column) => isShown(column)),
    rows: rows.filter(({ cells }) => cells.some((cell) => cell !== undefined)),
  };
}

function tableView(table: StateTable, label: string, page: Page): TemplateResult {
  return html`<div class="wide" tabindex="0" role="region" aria-label=${label}>
    <table>
      <thead>
        <tr>
          <th scope="col"><span class="unseen">${table.of}</span></th>
          ${table.columns.map((column) => html`<th scope="col">${column}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${table.rows.map((row) => rowView(row, page))}
      </tbody>
    </table>
  </div>`;
}

function rowView({ title, ghost, cells }: TableRow, page: Page): TemplateResult {
  return html`<tr class=${ghost ? "ghost" : ""}>
    <th scope="row">${title}${ghost ? html`<span class="unseen"> (checker's note)</span>` : nothing}</th>
    ${cells.map((cell) =>
      cell === undefined
        ? html`<td></td>`
        : html`<td class=${page.history.changeBetween(cell, page.since, page.position) === undefined ? "" : "changed-cell"}>
            ${cellView(page, cell)}
          </td>`,
    )}
  </tr>`;
}
