/** The page with the stand-in engine. The test puts a trace and a library into the page. */

import { startPage } from "../../../src/playground/page/start-page.ts";
import type { Source } from "../../../src/playground/protocol.ts";
import { createStandInEngine } from "./stand-in-engine.ts";

const textOf = (id: string) => document.getElementById(id)?.textContent ?? "";
const root = document.getElementById("playground") as HTMLElement;
startPage(root, createStandInEngine(textOf("trace")), {
  library: JSON.parse(textOf("library")) as readonly Source[],
  viewerStyle: textOf("viewer-style"),
});
