/** The messages between the page and the worker in which its engine runs. */
import type { Engine } from "./protocol.ts";

/** The files of the package that the page brings along, by their paths in the package. */
export type PackedFiles = Readonly<Record<string, string>>;

/** What the page contains in packed form. */
export interface Packed {
  /** The script of the worker. */
  readonly engine: string;
  readonly files: PackedFiles;
}

/** The first message to a worker. */
export interface StartMessage {
  readonly kind: "start";
  readonly files: PackedFiles;
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
