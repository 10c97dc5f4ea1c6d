/** Starts workers from a script that the page contains. */
import type { ReplyMessage } from "../messages.ts";
import { trustedTypes } from "./security/trusted-types.ts";
import type { StartWorker } from "./worker-client.ts";

/**
 * From a `blob:` URL, because a page of a `file:` URL may load no other file. Where the browser has Trusted Types, the
 * page's security policy allows only this policy to name scripts, and it names only this one.
 */
export function workerStarter(script: string): StartWorker {
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const policy = trustedTypes?.createPolicy("engine", { createScriptURL: (_: string) => url });
  return (onReply, onFailure) => {
    const worker = new Worker(policy?.createScriptURL("") ?? url);
    worker.onmessage = ({ data }: MessageEvent<ReplyMessage>) => onReply(data);
    worker.onerror = ({ message }) => onFailure(message);
    return { send: (message) => worker.postMessage(message), end: () => worker.terminate() };
  };
}
