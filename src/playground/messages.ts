/** The messages between the page and the worker in which its engine runs. */
import type { Engine } from "./protocol.ts";

/** What the page brings along of the package that made it. */
export interface PackedPackage {
  /** Of exclusive-check. */
  readonly version: string;
  /** The texts of files by their paths in the package: the scenarios, and other files that the engine reads. */
  readonly files: Readonly<Record<string, string>>;
}

/** What the page contains in packed form. */
export interface Packed extends PackedPackage {
  /** The script of the worker. */
  readonly engine: string;
  /** The script of the page. */
  readonly page: string;
  /** The style sheet of the page. */
  readonly style: string;
}

/** The first message to a worker. */
export interface StartMessage extends PackedPackage {
  readonly kind: "start";
}

/** A call of a method. Its events and its end come back with the same `id`. */
export interface CallMessage {
  readonly kind: "call";
  readonly id: number;
  readonly method: keyof Engine;
  /** Without the function that receives events. */
  readonly parameters: readonly unknown[];
}

export type ReplyMessage =
  | { readonly kind: "event"; readonly id: number; readonly event: unknown }
  | { readonly kind: "value"; readonly id: number; readonly value: unknown }
  /** `message`: with the stack, because such an error is a bug. */
  | { readonly kind: "error"; readonly id: number; readonly message: string };
