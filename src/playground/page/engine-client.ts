/**
 * An engine whose methods are answered by workers. One worker searches, the other one answers everything else, so that
 * completion and messages come at once although a search is running.
 */
import type { PackedPackage } from "../messages.ts";
import type { Engine } from "../protocol.ts";
import { type StartWorker, type WorkerClient, workerClient } from "./worker-client.ts";

/** A search looks for messages many times a second. If it does not, something is wrong with it. */
const patienceMs = 2000;

export function engineClient(startWorker: StartWorker, packed: PackedPackage, patience = patienceMs): Engine {
  const searching = workerClient(startWorker, packed);
  const answering = workerClient(startWorker, packed);
  const method =
    <Name extends keyof Engine>(worker: WorkerClient, name: Name) =>
    (...parameters: Parameters<Engine[Name]>) =>
      worker.call(name, parameters) as ReturnType<Engine[Name]>;

  return {
    check: method(searching, "check"),
    why: method(searching, "why"),
    async stop() {
      const timer = setTimeout(() => searching.end("the search did not stop, so it was ended"), patience);
      // It is rejected only if the worker ends, and then the search has stopped too.
      await searching.call("stop", []).catch(() => {});
      clearTimeout(timer);
    },
    catalogue: method(answering, "catalogue"),
    read: method(answering, "read"),
    offers: method(answering, "offers"),
    procedures: method(answering, "procedures"),
    explore: method(answering, "explore"),
    openTrace: method(answering, "openTrace"),
    askedBy: method(answering, "askedBy"),
    convert: method(answering, "convert"),
    complete: method(answering, "complete"),
    hover: method(answering, "hover"),
  };
}
