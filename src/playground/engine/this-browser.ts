import type { Browser } from "./environment.ts";
import type { ThreadWorker } from "./threads.ts";

/** The part of a worker's global scope that is used here. */
interface Scope {
  readonly crossOriginIsolated?: boolean;
  readonly navigator: { readonly hardwareConcurrency?: number; readonly deviceMemory?: number };
  /** Of the worker's script. */
  readonly location: { readonly href: string };
  readonly Worker: new (url: unknown) => ThreadWorker;
  readonly trustedTypes?: {
    createPolicy(
      name: string,
      rules: { readonly createScriptURL: (url: string) => string },
    ): { readonly createScriptURL: (url: string) => unknown };
  };
}

/** The browser that this worker runs in. The threads of its searches are workers with the same script. */
export function thisBrowser(): Browser {
  const { crossOriginIsolated, navigator, location, Worker, trustedTypes } = globalThis as unknown as Scope;
  // The page's security policy, which its workers inherit, allows only this name.
  const policy = trustedTypes?.createPolicy("engine", { createScriptURL: () => location.href });
  return {
    newWorker:
      crossOriginIsolated === true ? () => new Worker(policy?.createScriptURL("") ?? location.href) : undefined,
    processors: navigator.hardwareConcurrency ?? 1,
    deviceMemory: navigator.deviceMemory,
  };
}
