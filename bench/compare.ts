/**
 * Compares our search with the peers' on one model. Counts are compared before speed, because a checker that explores
 * fewer states is not a faster one. The contenders take turns, so that a machine that is busy for a while slows all of
 * them down. Times are those of whole processes, from start to exit.
 */
import { type Contender, type Outcome, ours, type Peer, type Subject, type Visits } from "./contenders.ts";
import { count, median, printTable } from "./table.ts";

type Outcomes = ReadonlyMap<Contender, readonly Outcome[]>;

export interface Setting {
  readonly peers: readonly Peer[];
  readonly runs: number;
  /** The folder for built files. */
  readonly directory: string;
}

/** False if the counts differ. */
export async function compare(subject: Subject, { peers, runs, directory }: Setting): Promise<boolean> {
  const own = ours(subject, directory);
  const yardsticks = peers.flatMap((peer) => peer.contenders(subject, directory));
  const all = [...own, ...yardsticks];
  const whole = await runInTurns(
    all.filter(({ visits }) => visits === "every state"),
    runs,
  );
  if (!agree(whole)) return false;
  const [first] = [...whole.values()].flat();
  console.log(
    `${count(first?.states ?? 0)} states, ${count(first?.transitions ?? 0)} transitions; medians of ${runs} runs\n`,
  );
  print(whole, yardsticks);
  if (own.every(({ visits }) => visits === "every state")) return true;
  const reduced = await runInTurns(
    all.filter(({ visits }) => visits !== "every state"),
    runs,
  );
  if (!agree(reduced)) return false;
  console.log("\nThe same verdict with reductions. Only the contenders with symmetry have the same number of states\n");
  print(reduced, yardsticks);
  return true;
}

async function runInTurns(contenders: readonly Contender[], runs: number): Promise<Outcomes> {
  const prepared = contenders.map((contender) => ({ contender, run: contender.prepare(), list: [] as Outcome[] }));
  for (let round = 0; round < runs; round++) for (const { run, list } of prepared) list.push(await run());
  return new Map(prepared.map(({ contender, list }) => [contender, list]));
}

/** Reports contenders that explore the same states but have different counts. */
function agree(outcomes: Outcomes): boolean {
  const comparable: readonly Visits[] = ["every state", "one representative"];
  const disputed = comparable.filter((visits) => {
    const counted = [...outcomes]
      .filter(([contender]) => contender.visits === visits)
      .flatMap(([{ name }, list]) => list.map(({ states, transitions }) => ({ name, states, transitions })));
    const [first] = counted;
    if (counted.every(({ states, transitions }) => states === first?.states && transitions === first.transitions))
      return false;
    for (const { name, states, transitions } of counted)
      console.error(`${name}, ${visits}: ${states} states, ${transitions} transitions`);
    return true;
  });
  if (disputed.length > 0) console.error("The contenders do not agree on the counts; their speeds mean nothing.");
  return disputed.length === 0;
}

/** Each row of a peer has a letter, and a column that shows how many times faster the others are. */
function print(outcomes: Outcomes, yardsticks: readonly Contender[]): void {
  const rows = [...outcomes].map(([contender, list]) => ({
    contender,
    states: median(list.map((outcome) => outcome.states)),
    seconds: median(list.map((outcome) => outcome.seconds)),
    bytes: median(list.map((outcome) => outcome.peakBytes)),
  }));
  const measured = rows
    .filter(({ contender }) => yardsticks.includes(contender))
    .map((row, place) => ({ ...row, letter: String.fromCharCode("A".charCodeAt(0) + place) }));
  const letters = new Map(measured.map(({ contender, letter }) => [contender, letter]));
  const named = (contender: Contender): string => {
    const letter = letters.get(contender);
    return letter === undefined ? contender.name : `${letter}: ${contender.name}`;
  };
  printTable(
    ["", "seconds", "states", "states/s", "bytes/state", ...measured.map(({ letter }) => `times ${letter}`)],
    rows.map(({ contender, states, seconds, bytes }) => [
      named(contender),
      seconds.toFixed(2),
      count(states),
      count(states / seconds),
      (bytes / states).toFixed(1),
      ...measured.map((yardstick) => (yardstick.seconds / seconds).toFixed(2)),
    ]),
  );
}
