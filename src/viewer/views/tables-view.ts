/** The state as tables: page tables, TLBs, pages, processes. */
import { html, nothing, type TemplateResult } from "lit-html";
import type { StateTable, TableRow } from "../data/tables.ts";
import type { Page } from "../page.ts";
import { cellView } from "./value-view.ts";

export function tablesView(page: Page): readonly TemplateResult[] {
  return page.tables.map((table) => tableView(table, page));
}

function tableView(table: StateTable, page: Page): TemplateResult {
  return html`
    <section class="panel">
      <h2>${table.title}</h2>
      <div class="wide" tabindex="0" role="region" aria-label=${table.title}>
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
      </div>
      ${table.rows.some(({ ghost }) => ghost) ? html`<p class="soft note">Slanted: the checker's notes, not the kernel's state.</p>` : nothing}
    </section>
  `;
}

function rowView({ title, ghost, cells }: TableRow, page: Page): TemplateResult {
  return html`<tr class=${ghost ? "ghost" : ""}>
    <th scope="row">${title}${ghost ? html`<span class="unseen"> (checker's note)</span>` : nothing}</th>
    ${cells.map((cell) =>
      cell === undefined
        ? html`<td></td>`
        : html`<td class=${page.history.changeAt(cell, page.position) === undefined ? "" : "changed-cell"}>
            ${cellView(page, cell)}
          </td>`,
    )}
  </tr>`;
}
