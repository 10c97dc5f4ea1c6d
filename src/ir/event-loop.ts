/** Yields to the event loop, so that timers and signals that came meanwhile are handled. */
export async function turnOfEventLoop(): Promise<void> {
  // The first turn may come before the loop looks for signals. The second comes after that.
  await new Promise<void>((resolve) => inNextTurn(resolve));
  await new Promise<void>((resolve) => inNextTurn(resolve));
}

const inNextTurn: (go: () => void) => void = globalThis.setImmediate ?? byMessage;

/** The part of a browser's MessagePort that is used here. */
interface Port {
  onmessage: () => void;
  readonly close: () => void;
}

/** For a browser: a message to oneself comes in another turn. A timer would wait for milliseconds. */
function byMessage(go: () => void): void {
  const { port1, port2 } = new MessageChannel();
  const receiver = port1 as unknown as Port;
  receiver.onmessage = () => {
    receiver.close();
    go();
  };
  port2.postMessage(undefined);
}
