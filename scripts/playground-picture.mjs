// Takes the picture of the playground that the README shows: the counterexample of fault-race, as a reader finds it. Needs
// Chromium, and the page that `npm run playground` builds.
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const root = new URL("../", import.meta.url);
const [file = fileURLToPath(new URL("docs/images/playground.png", root))] = process.argv.slice(2);
const built = fileURLToPath(new URL("dist/playground/playground.html", root));

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, colorScheme: "light" });
  await page.goto(`${pathToFileURL(built)}#specs/fault-race.json`);
  await page.getByRole("button", { name: "Check", exact: true }).click();
  await page
    .getByRole("button", { name: /^no-use-after-free, / })
    .first()
    .click();
  await page.getByRole("button", { name: "Last", exact: true }).click();
  await page.screenshot({ path: file });
} finally {
  await browser.close();
}
