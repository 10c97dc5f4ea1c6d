/**
 * How the rate changes with the number of states: the first millions of states of one model, in one memory of 4 GiB. The
 * time to begin, mainly to generate code, is the same for any number of states, so it is measured and subtracted.
 */
import { pagesModel, pagesProperties } from "../test/fixtures/pages-model.ts";
import { modelFile, type SearchRun, searchOnce } from "./search-process.ts";
import { count, median, printTable } from "./table.ts";

const memory = 2 ** 32;

export async function scaling(runs: number, directory: string): Promise<void> {
  const program = pagesModel({ threads: 3, pages: 2, keep: "until-idle" });
  const model = modelFile(`${directory}/model-scaling`, program, pagesProperties);
  const begin = await medians(model, 1, runs);
  console.log(
    `The protocol of several pages, 3 threads, 2 pages, 1 worker; medians of ${runs} runs, without the ` +
      `${begin.seconds.toFixed(2)} seconds of the start\n`,
  );
  const rows: { states: number; seconds: number; rate: number; bytes: number }[] = [];
  for (const bound of [1e6, 1e7, 1e8]) {
    const { states, bytes, ...whole } = await medians(model, bound, runs);
    const seconds = whole.seconds - begin.seconds;
    rows.push({ states, seconds, rate: states / seconds, bytes });
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

async function medians(
  model: string,
  maxStates: number,
  runs: number,
): Promise<{ states: number; seconds: number; bytes: number }> {
  const found: SearchRun[] = [];
  for (let round = 0; round < runs; round++)
    found.push(
      await searchOnce(model, "--workers", "1", "--max-states", String(maxStates), "--memory", String(memory)),
    );
  return {
    states: median(found.map(({ states }) => states)),
    seconds: median(found.map(({ searchSeconds }) => searchSeconds)),
    bytes: median(found.map(({ peakBytes }) => peakBytes)),
  };
}
