/**
 * Writes the project's site, as GitHub Pages can serve it: `npm run site`. `--base /PATH/` is the path under which it is
 * served, for the page that stands in for missing ones; all other links are relative.
 */
import { parseArgs } from "node:util";
import { count } from "../../src/text/quantities.ts";
import { writeSite } from "./write-site.ts";

const { values } = parseArgs({
  options: { out: { type: "string", default: "out/site" }, base: { type: "string", default: "/" } },
});
const pages = writeSite(values.out, values.base);
console.log(`${values.out}: ${count(pages, "page")}; a browser opens ${values.out}/index.html as it is`);
