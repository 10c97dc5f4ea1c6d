/** How the rate changes with the number of states: the first millions of one model's, in one memory of 4 GiB. */
import { pagesModel, pagesProperties } from "../test/fixtures/pages-model.ts";
import { modelFile, searchOnce } from "./search-process.ts";
import { count, median, printTable } from "./table.ts";

const memory = 2 ** 32;

export async function scaling(runs: number, directory: string): Promise<void> {
  const program = pagesModel({ threads: 3, pages: 2, keep: "until-idle" });
  const model = modelFile(`${directory}/model-scaling`, program, pagesProperties);
  console.log(`The protocol of several pages, 3 threads, 2 pages, 1 worker; medians of ${runs} runs\n`);
  const rows: { states: number; seconds: number; rate: number; bytes: number }[] = [];
  for (const bound of [1e6, 1e7, 1e8]) {
    const found = [];
    for (let round = 0; round < runs; round++)
      found.push(await searchOnce(model, "--workers", "1", "--max-states", String(bound), "--memory", String(memory)));
    const states = median(found.map((one) => one.states));
    const seconds = median(found.map((one) => one.searchSeconds));
    rows.push({ states, seconds, rate: states / seconds, bytes: median(found.map((one) => one.peakBytes)) });
  }
  const fastest = Math.max(...rows.map(({ rate }) => rate));
  printTable(
    ["states", "seconds", "states/s", "of the fastest", "bytes/state"],
    rows.map(({ states, seconds, rate, bytes }) => [
      count(states),
      seconds.toFixed(2),
      count(rate),
      `${((100 * rate) / fastest).toFixed(0)} %`,
      (bytes / states).toFixed(1),
    ]),
  );
}
