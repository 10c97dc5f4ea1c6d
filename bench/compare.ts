/**
 * Our search against SPIN on one model. Counts are compared before speed, for a checker that sees fewer states is not a
 * faster one. The contenders take turns, so that a machine that is busy for a while slows all of them down; times are
 * whole processes, from start to exit.
 */
import { type Contender, type Outcome, ours, type Subject, spin } from "./contenders.ts";
import { count, median, printTable } from "./table.ts";

type Outcomes = ReadonlyMap<Contender, readonly Outcome[]>;

/** False where the counts differ. */
export async function compare(subject: Subject, runs: number, directory: string): Promise<boolean> {
  const peers = spin(subject, directory);
  if (peers === undefined) console.error("SPIN is not installed; on Debian: apt-get install spin gcc");
  const own = ours(subject, directory);
  const whole = await runInTurns([...own.whole, ...(peers?.whole ?? [])], runs);
  const all = [...whole].flatMap(([{ name }, list]) => list.map((outcome) => ({ name, ...outcome })));
  const [first] = all;
  const agree = all.every(({ states, transitions }) => states === first?.states && transitions === first.transitions);
  if (first === undefined || !agree) {
    for (const { name, states, transitions } of all)
      console.error(`${name}: ${states} states, ${transitions} transitions`);
    console.error("The contenders do not agree on the counts; their speeds mean nothing.");
    return false;
  }
  const { states, transitions } = first;
  console.log(`${count(states)} states, ${count(transitions)} transitions; medians of ${runs} runs\n`);
  print(whole, peers?.whole ?? []);
  const contenders = [...own.reduced, ...(own.reduced.length > 0 ? (peers?.reduced ?? []) : [])];
  if (contenders.length > 0) {
    const reduced = await runInTurns(contenders, runs);
    console.log("\nThe same verdict with reductions; numbers of states do not compare\n");
    print(reduced, peers?.reduced ?? []);
  }
  return true;
}

async function runInTurns(contenders: readonly Contender[], runs: number): Promise<Outcomes> {
  const outcomes = new Map<Contender, Outcome[]>(contenders.map((contender) => [contender, []]));
  for (let round = 0; round < runs; round++) for (const [contender, list] of outcomes) list.push(await contender.run());
  return outcomes;
}

function print(outcomes: Outcomes, yardsticks: readonly Contender[]): void {
  const rows = [...outcomes].map(([contender, list]) => ({
    contender,
    states: median(list.map((outcome) => outcome.states)),
    seconds: median(list.map((outcome) => outcome.seconds)),
    bytes: median(list.map((outcome) => outcome.peakBytes)),
  }));
  const measured = rows.filter(({ contender }) => yardsticks.includes(contender));
  printTable(
    ["", "seconds", "states", "states/s", "bytes/state", ...measured.map(({ contender }) => `times ${contender.name}`)],
    rows.map(({ contender, states, seconds, bytes }) => [
      contender.name,
      seconds.toFixed(2),
      count(states),
      count(states / seconds),
      (bytes / states).toFixed(1),
      ...measured.map((yardstick) => (yardstick.seconds / seconds).toFixed(2)),
    ]),
  );
}
