/**
 * Takes over the full screen of a terminal, and restores it at the end, while the process is suspended, when a signal
 * ends the process, and on an error. It uses the alternate screen, hides the cursor and reads single keys without echo
 * (raw mode). It does not know what is drawn.
 */
import { emitKeypressEvents, type Interface } from "node:readline";
import type { ReadStream, WriteStream } from "node:tty";
import type { Key } from "./key.ts";

/**
 * Other keys also begin with the code of Esc, so Esc alone is known only when nothing follows for some milliseconds. By
 * default, Node waits for half a second. Nothing else of this parameter is used for a plain stream.
 */
const patience: Partial<Interface> & { readonly escapeCodeTimeout: number } = { escapeCodeTimeout: 50 };

export interface Terminal {
  readonly input: ReadStream;
  readonly output: WriteStream;
}

export interface ScreenSize {
  readonly rows: number;
  readonly columns: number;
}

export interface Screenful {
  /** At most one line for each row, none wider than the screen. Escape codes for colours have no width. */
  readonly draw: (size: ScreenSize) => readonly string[];
  /** Returns true to end and restore the screen. */
  readonly press: (key: Key) => boolean;
}

export type Ended = "done" | "SIGINT" | "SIGTERM";

const enter = "\x1b[?1049h\x1b[?25l";
const leave = "\x1b[?25h\x1b[?1049l";

/** These signals end the process as usual, after the screen is restored. */
const endingSignals = ["SIGHUP", "SIGQUIT"] as const;

/** Resolves when the screen is restored. Ctrl-C counts as SIGINT. */
export function takeScreen({ input, output }: Terminal, { draw, press }: Screenful): Promise<Ended> {
  const wasRaw = input.isRaw;
  let isTaken = false;

  function take(): void {
    isTaken = true;
    input.setRawMode(true);
    output.write(enter);
    redraw();
  }

  function giveBack(): void {
    if (!isTaken) return;
    isTaken = false;
    output.write(leave);
    input.setRawMode(wasRaw);
  }

  function redraw(): void {
    const { rows, columns } = output;
    const lines = draw({ rows, columns }).slice(0, rows);
    // Each line is cleared before it is written. Clearing a full line afterwards would remove its last column.
    output.write(`\x1b[H${lines.map((line) => `\x1b[2K${line}`).join("\r\n")}`);
  }

  return new Promise<Ended>((resolve, reject) => {
    const guarded =
      <Args extends readonly unknown[]>(act: (...args: Args) => void) =>
      (...args: Args): void => {
        try {
          act(...args);
        } catch (error) {
          stop();
          reject(error);
        }
      };

    const onKey = guarded((_text: string | undefined, key: Key) => {
      if (key.ctrl && key.name === "c") return end("SIGINT");
      if (key.ctrl && key.name === "z") return suspend();
      if (press(key)) return end("done");
      redraw();
    });
    const onResize = guarded(() => {
      if (isTaken) redraw();
    });
    /** Also runs after a SIGSTOP, which we cannot notice. Another program may have changed the terminal's mode. */
    const onContinue = guarded(take);
    const onEnd = () => end("done");
    const onInterrupt = () => end("SIGINT");
    const onTerminate = () => end("SIGTERM");
    const onEndingSignal = (signal: NodeJS.Signals) => {
      stop();
      process.kill(process.pid, signal);
    };

    /**
     * Does what a terminal does outside raw mode: it stops the whole job, including a script that started us. Without our
     * listener, the signal has its usual effect at once. If no shell could continue us, it has no effect and we go on.
     */
    function suspend(): void {
      giveBack();
      process.off("SIGTSTP", onSuspend);
      process.kill(0, "SIGTSTP");
      process.on("SIGTSTP", onSuspend);
      take();
    }
    const onSuspend = guarded(suspend);

    function end(how: Ended): void {
      stop();
      resolve(how);
    }

    function stop(): void {
      input.off("keypress", onKey).off("end", onEnd).pause();
      output.off("resize", onResize);
      process.off("SIGINT", onInterrupt).off("SIGTERM", onTerminate);
      process.off("SIGTSTP", onSuspend).off("SIGCONT", onContinue);
      for (const signal of endingSignals) process.off(signal, onEndingSignal);
      process.off("uncaughtExceptionMonitor", giveBack).off("exit", giveBack);
      giveBack();
    }

    emitKeypressEvents(input, patience as Interface);
    input.on("keypress", onKey).on("end", onEnd).resume();
    output.on("resize", onResize);
    process.on("SIGINT", onInterrupt).on("SIGTERM", onTerminate);
    process.on("SIGTSTP", onSuspend).on("SIGCONT", onContinue);
    for (const signal of endingSignals) process.on(signal, onEndingSignal);
    // Restores the screen before the error is printed; otherwise the text would be lost with the alternate screen.
    process.on("uncaughtExceptionMonitor", giveBack).on("exit", giveBack);
    guarded(take)();
  });
}
