/** The script of the page: unpacks the engine and the library, and starts both. */
import type { Source } from "../protocol.ts";
import { engineClient } from "./engine-client.ts";
import { unpack } from "./packed.ts";
import { viewerStyleIn } from "./shown-trace/viewer-style.ts";
import { startPage } from "./start-page.ts";
import { workerStarter } from "./start-worker.ts";

const packed = unpack(document.getElementById("packed")?.textContent ?? "");
const engine = engineClient(workerStarter(packed.engine), packed);
const library: readonly Source[] = Object.entries(packed.files)
  .filter(([file]) => file.startsWith("specs/"))
  .map(([file, text]) => ({ file, text }));
const root = document.getElementById("playground") as HTMLElement;
startPage(root, engine, { library, viewerStyle: viewerStyleIn(packed.files["dist/reporters/viewer.html"] ?? "") });
