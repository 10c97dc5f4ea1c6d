/** Lines that arrive at any time, for one reader that takes them one after the other. */
export interface LineQueue {
  /** Text as it arrives; a line may come in parts. */
  push(text: string): void;
  /** No further line will come. The reader gets the error after the lines that came before. */
  fail(error: Error): void;
  /** The same without an error: the reader's loop ends. */
  end(): void;
  readonly lines: AsyncIterableIterator<string>;
}

/**
 * @param silence what the reader gets if no line comes for `milliseconds`. The time counts only while the reader waits.
 */
export function lineQueue(silence: { readonly milliseconds: number; readonly error: () => Error }): LineQueue {
  const waiting: string[] = [];
  let part = "";
  let over: Error | "ended" | undefined;
  let wake: (() => void) | undefined;
  const finish = (how: Error | "ended") => {
    over ??= how;
    wake?.();
  };
  const arrival = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(() => finish(silence.error()), silence.milliseconds);
      wake = () => {
        clearTimeout(timer);
        wake = undefined;
        resolve();
      };
    });
  async function* read() {
    for (;;) {
      const line = waiting.shift();
      if (line !== undefined) yield line;
      else if (over === "ended") return;
      else if (over !== undefined) throw over;
      else await arrival();
    }
  }
  return {
    push(text) {
      const lines = (part + text).split("\n");
      part = lines.pop() ?? "";
      waiting.push(...lines);
      if (lines.length > 0) wake?.();
    },
    fail: finish,
    end: () => finish("ended"),
    lines: read(),
  };
}
