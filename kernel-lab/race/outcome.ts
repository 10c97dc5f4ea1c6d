/** What a round of a drive shows: the lines of its program and the kernel's log. */

/** `reproduced`: the kernel complained, or user space saw the violation. `clean`: the schedule ended, and neither. */
export type Outcome =
  | { readonly kind: "reproduced"; readonly evidence: readonly string[] }
  | { readonly kind: "clean" }
  /** An actor could not come to where the schedule wants it: it waits, or it went another way. */
  | { readonly kind: "impossible"; readonly because: string; readonly waits: readonly string[] };

export interface Round {
  /** What the program said. */
  readonly lines: readonly string[];
  /** The kernel's console. */
  readonly log: string;
}

/** A stall is no complaint here: on a busy host the guest's clock jumps. */
const complaint =
  /page:.* refcount:|invalid opcode|BUG:|kernel BUG at|WARNING:|Oops|general protection fault|unable to handle|Bad page|Kernel panic/;
const linesOfEvidence = 30;

/**
 * The lines of a log from the first complaint of the kernel on. What it says before it runs our program does not count:
 * on a busy host a guest can fail to boot.
 */
export function complaintsIn(log: string): readonly string[] {
  const all = log.split("\n").map((line) => line.replace(/^\[ *\d+\.\d+\] ?/, ""));
  const start = all.findIndex((line) => line.startsWith("Run /init"));
  const lines = start < 0 ? [] : all.slice(start);
  const first = lines.findIndex((line) => complaint.test(line));
  return first < 0 ? [] : lines.slice(first, first + linesOfEvidence).filter((line) => line !== "");
}

export function outcomeOf({ lines, log }: Round, property: string): Outcome {
  const evidence = [...complaintsIn(log), ...(visible[property]?.(lines) ?? [])];
  if (evidence.length > 0) return { kind: "reproduced", evidence };
  const failed = lines.find((line) => line.startsWith("failed "));
  if (failed !== undefined) return { kind: "impossible", because: failed, waits: [] };
  const left = lines.find((line) => /^(stuck|missed) /.test(line));
  if (left !== undefined) return { kind: "impossible", because: wordsOf(left), waits: waitsOf(lines) };
  if (lines.includes("end")) return { kind: "clean" };
  if (!hasStarted({ lines, log })) return { kind: "impossible", because: "the guest did not start", waits: [] };
  return { kind: "impossible", because: "the guest ended before the program did", waits: [] };
}

/** Whether the program has come to the beginning of the schedule. */
export function hasStarted({ lines }: Round): boolean {
  return lines.includes("start");
}

function wordsOf(line: string): string {
  const [what, piece, actor] = line.split(" ");
  const number = Number(piece) + 1;
  if (what === "stuck") return `${actor} does not come to the end of piece ${number}: it waits`;
  return `${actor} does not come to its stop of piece ${number}: it ends its operation another way`;
}

function waitsOf(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => line.startsWith("waits ")).map((line) => line.slice("waits ".length));
}

/** Violations that the kernel does not notice and user space can see: the lines that show them, by property. */
const visible: Readonly<Record<string, (lines: readonly string[]) => readonly string[]>> = {
  "no-lost-store": (lines) =>
    lines.filter((line) => {
      const [, written, read] = /^data \S+ written=(\d+) read=(-?\d+)$/.exec(line) ?? [];
      return written !== read;
    }),
  "soft-dirty-tracking": (lines) => lines.filter(losesSoftDirty),
  "soft-dirty-exact": (lines) => lines.filter(gainsSoftDirty),
  "uffd-wp-tracking": (lines) => lines.filter(losesUffdWp),
  "bit-preservation": (lines) =>
    lines.filter((line) => losesSoftDirty(line) || gainsSoftDirty(line) || losesUffdWp(line)),
  "device-exclusivity": (lines) => lines.filter((line) => isPresent(line) && line.includes(" device=1 ")),
};

function isPresent(line: string): boolean {
  return /^entry \S+ present=1 /.test(line);
}

function losesSoftDirty(line: string): boolean {
  return isPresent(line) && line.includes(" stored=1 tracked=1 soft-dirty=0 ");
}

function gainsSoftDirty(line: string): boolean {
  return isPresent(line) && line.includes(" stored=0 tracked=1 soft-dirty=1 ");
}

function losesUffdWp(line: string): boolean {
  return isPresent(line) && line.includes(" armed=1 uffd-wp=0 ");
}
