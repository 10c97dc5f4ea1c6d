/** The engine of the page, put together from its parts. */
import type { Search } from "../../checker/contract/search-types.ts";
import { required } from "../../ir/lookup.ts";
import { buildModelInTurns, outlineOperations, recordScenario } from "../../model/build-model.ts";
import type { LibraryFacts } from "../../why/library-facts.ts";
import type { PackedPackage } from "../messages.ts";
import type { Engine } from "../protocol.ts";
import { answer } from "./answer.ts";
import { catalogue } from "./catalogue.ts";
import { complete } from "./complete.ts";
import type { EngineHost } from "./engine-host.ts";
import { createExplore } from "./explore.ts";
import { hover } from "./hover.ts";
import { offersFor } from "./procedures/offers.ts";
import { proceduresOf } from "./procedures.ts";
import { read } from "./read.ts";
import { subjectOf } from "./subject.ts";
import { convert, openTrace } from "./traces.ts";

export function createEngine({ version, files }: PackedPackage, search: Search): Engine {
  const host: EngineHost = { version, search, buildModel: buildModelInTurns, outlineOperations, recordScenario };
  let factsRead: LibraryFacts | undefined;
  const facts = (): LibraryFacts => {
    factsRead ??= JSON.parse(required(files["docs/mutants.json"], "docs/mutants.json")) as LibraryFacts;
    return factsRead;
  };
  return {
    catalogue: async () => catalogue(host),
    read: (source) => read(source, host),
    check: () => missing("check"),
    stop: () => missing("stop"),
    procedures: (question, kernel) =>
      answer(question, async () =>
        proceduresOf(await subjectOf(question, kernel, host), question.edits, { ...host, noticed: facts().lines }),
      ),
    offers: (question, kernel, line) =>
      answer(question, async () => offersFor(line, await subjectOf(question, kernel, host), host)),
    why: () => missing("why"),
    explore: createExplore(host),
    openTrace: (name, text) => openTrace(name, text, host),
    convert: async (trace, to) => convert(trace, to, required(files["dist/reporters/viewer.html"], "the viewer")),
    complete: async (source, offset) => complete(source, offset),
    hover: async (source, offset) => hover(source, offset),
  };
}

function missing(method: keyof Engine): Promise<never> {
  return Promise.reject(new Error(`this build has no ${method}`));
}
