/** Shows the traces in the file. Loads nothing else; no text of a trace ever becomes markup or code. */
import { html, render } from "lit-html";
import { dataElementId, type PageData } from "./data/page.ts";
import { showOnWholePage } from "./whole-page.ts";

const root = document.getElementById("viewer") as HTMLElement;
const { traces } = JSON.parse(document.getElementById(dataElementId)?.textContent ?? "") as PageData;
const [first, ...more] = traces;
root.replaceChildren();
if (first === undefined)
  render(html`<main class="story"><h1>No counterexample</h1><p>What was checked broke no property.</p></main>`, root);
else showOnWholePage([first, ...more], root);
