/**
 * A question as the fragment of a link: `q1=` and then its JSON, compressed with raw deflate, in base64url. A fragment
 * is never sent to a server. What is read back can come from anybody, so nothing of it is trusted.
 */
import { longestFragment } from "../../../cli/options/link-limits.ts";
import type { KernelVersion } from "../../../model/versions/rows.ts";
import type { Question, QuestionOptions } from "../../protocol.ts";
import { tooMuchIn } from "./limits.ts";

const begin = "q1=";
/** In bytes, so that a few characters cannot unpack to gigabytes. */
const longestText = 1_000_000;

export type ReadLink =
  | { readonly kind: "none" }
  | { readonly kind: "question"; readonly question: Question }
  | { readonly kind: "refused"; readonly reason: string };

/** Without the `#`. */
export async function fragmentOf(question: Question): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(question));
  const packed = await bytesOf(
    streamOf(bytes).pipeThrough(new CompressionStream("deflate-raw")),
    Number.POSITIVE_INFINITY,
  );
  return begin + base64url(packed);
}

/** `fragment` with or without the `#`. "none" if it is not of this kind. Never throws. */
export async function readFragment(fragment: string): Promise<ReadLink> {
  const text = fragment.replace(/^#/, "");
  if (!text.startsWith(begin)) return { kind: "none" };
  if (text.length > longestFragment) return refused("it is too long");
  try {
    const packed = bytesOfBase64url(text.slice(begin.length));
    const unpacked = await bytesOf(streamOf(packed).pipeThrough(new DecompressionStream("deflate-raw")), longestText);
    const question = questionFrom(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(unpacked)));
    if (question === undefined) return refused("it does not hold a question");
    const tooMuch = tooMuchIn(question);
    return tooMuch === undefined ? { kind: "question", question } : refused(tooMuch);
  } catch (error) {
    return refused(error instanceof TooLong ? "it unpacks to too much text" : "it is incomplete or damaged");
  }
}

function refused(reason: string): ReadLink {
  return { kind: "refused", reason };
}

/** Undefined if it has another shape. Whether the names in it exist is for the engine to say. */
function questionFrom(value: unknown): Question | undefined {
  if (!isRecord(value)) return undefined;
  const { file, text, kernels, with: added, without, edits, properties, options } = value;
  if (typeof file !== "string" || typeof text !== "string") return undefined;
  if (![kernels, added, without, edits, properties].every(isTexts) || !isOptions(options)) return undefined;
  return {
    file,
    text,
    kernels: kernels as readonly KernelVersion[],
    with: added as readonly string[],
    without: without as readonly string[],
    edits: edits as readonly string[],
    properties: properties as readonly string[],
    options,
  };
}

const optionTypes: Readonly<Record<keyof QuestionOptions, "number" | "boolean">> = {
  depth: "number",
  maxStates: "number",
  timeoutMs: "number",
  traces: "number",
  witness: "boolean",
  allViolations: "boolean",
  symmetry: "boolean",
};

function isOptions(value: unknown): value is QuestionOptions {
  const types: Readonly<Record<string, string>> = optionTypes;
  return (
    isRecord(value) &&
    Object.entries(value).every(([name, option]) => {
      if (!Object.hasOwn(types, name) || typeof option !== types[name]) return false;
      return typeof option === "boolean" || (Number.isSafeInteger(option) && (option as number) > 0);
    })
  );
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

class TooLong extends Error {}

function streamOf(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new Blob([bytes]).stream();
}

async function bytesOf(stream: ReadableStream<Uint8Array>, most: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = stream.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    length += part.value.length;
    if (length > most) {
      reader.cancel().catch(() => {});
      throw new TooLong();
    }
    parts.push(part.value);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function base64url(bytes: Uint8Array): string {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** Throws if the text is not base64url. */
function bytesOfBase64url(text: string): Uint8Array<ArrayBuffer> {
  const decoded = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(decoded, (character) => character.charCodeAt(0));
}
