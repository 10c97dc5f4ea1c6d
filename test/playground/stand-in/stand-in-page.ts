/** The page with the stand-in engine. The test puts a trace and a library into the page. */

import { startPage } from "../../../src/playground/page/start-page.ts";
import type { Engine, Source } from "../../../src/playground/protocol.ts";
import { createStandInEngine } from "./stand-in-engine.ts";

/** If the test has a real engine, these methods are answered by it. */
const { callEngine } = globalThis as {
  readonly callEngine?: (method: keyof Engine, ...parameters: readonly unknown[]) => Promise<never>;
};
const real: Partial<Engine> =
  callEngine === undefined
    ? {}
    : {
        explore: (path) => callEngine("explore", path),
        openTrace: (name, text) => callEngine("openTrace", name, text),
      };

const textOf = (id: string) => document.getElementById(id)?.textContent ?? "";
const root = document.getElementById("playground") as HTMLElement;
startPage(
  root,
  { ...createStandInEngine(textOf("trace")), ...real },
  {
    library: JSON.parse(textOf("library")) as readonly Source[],
    viewerStyle: textOf("viewer-style"),
  },
);
