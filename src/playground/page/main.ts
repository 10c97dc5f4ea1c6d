/** The page with the engine and the library that it contains. */
import type { Packed } from "../messages.ts";
import type { Source } from "../protocol.ts";
import { engineClient } from "./engine-client.ts";
import { viewerStyleIn } from "./shown-trace/viewer-style.ts";
import { startPage } from "./start-page.ts";
import { workerStarter } from "./start-worker.ts";

export function startPlayground(packed: Packed): void {
  const engine = engineClient(workerStarter(packed.engine), packed);
  const library: readonly Source[] = Object.entries(packed.files)
    .filter(([file]) => file.startsWith("specs/"))
    .map(([file, text]) => ({ file, text }));
  const viewerStyle = viewerStyleIn(packed.files["dist/reporters/viewer.html"] ?? "");
  startPage(document.getElementById("playground") as HTMLElement, engine, { library, viewerStyle });
}
