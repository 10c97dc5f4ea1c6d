/** The text of a spec file with its positions. Maps a path of keys, and an offset in a string, to line and column. */
import type { Node } from "jsonc-parser";
import type { DiagnosticCode } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";

/** Keys and positions from the root: `["properties", 3, "expr"]`. */
export type Path = readonly (string | number)[];

/** Line and column, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * The position where the value at `path` begins; with `offset`, the position after that many UTF-16 units of the string
 * value. If there is no value at `path`, the position of the nearest value around it.
 */
export type Locate = (path: Path, offset?: number) => Position;

export interface SourceFile {
  readonly file: string;
  readonly text: string;
  readonly root: Node;
}

/** A part of the text. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

export interface Notice {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly hint?: string | undefined;
}

export function locateIn(source: SourceFile): Locate {
  return (path, offset) => positionAt(source.text, spanOf(source, path, offset).offset);
}

export function diagnosticAt({ file, text }: Omit<SourceFile, "root">, span: Span, notice: Notice): Diagnostic {
  const { line, column } = positionAt(text, span.offset);
  const lineText = text.split(/\r\n|\n|\r/)[line - 1] ?? "";
  const { code, message, hint } = notice;
  const excerpt = { text: lineText, length: Math.max(1, Math.min(span.length, lineText.length - column + 1)) };
  return { code, file, line, column, message, ...(hint === undefined ? {} : { hint }), excerpt };
}

/** At the value at `path`. A value may have many lines; its beginning shows where it is. */
export function diagnosticIn(source: SourceFile, path: Path, notice: Notice): Diagnostic {
  return diagnosticAt(source, shortened(spanOf(source, path)), notice);
}

const longestMark = 80;

export function shortened({ offset, length }: Span): Span {
  return { offset, length: Math.min(length, longestMark) };
}

/** The value at `path`, or `length` units of a string value from `offset` on. */
export function spanOf({ root, text }: SourceFile, path: Path, offset?: number, length = 1): Span {
  const node = nodeAt(root, path);
  if (offset === undefined || node.type !== "string") return { offset: node.offset, length: node.length };
  const literal = text.slice(node.offset, node.offset + node.length);
  const from = offsetInLiteral(literal, offset);
  const to = offsetInLiteral(literal, offset + length);
  return { offset: node.offset + from, length: Math.max(1, to - from) };
}

/** The key of the value at `path`; for an element of a list, the element. */
export function keySpanOf({ root }: SourceFile, path: Path): Span {
  const node = nodeAt(root, path);
  const key = node.parent?.type === "property" ? node.parent.children?.[0] : undefined;
  const { offset, length } = key ?? node;
  return { offset, length };
}

function nodeAt(root: Node, path: Path): Node {
  let node = root;
  for (const segment of path) {
    const child =
      node.type === "array"
        ? node.children?.[Number(segment)]
        : node.children?.find((property) => property.children?.[0]?.value === String(segment))?.children?.[1];
    if (child === undefined) return node;
    node = child;
  }
  return node;
}

/** The offset in the literal, with its quotes, after `units` UTF-16 units of the value. */
export function offsetInLiteral(literal: string, units: number): number {
  let at = 1;
  for (let unit = 0; unit < units && at < literal.length - 1; unit++) {
    // `\u` with four digits is one unit too. Characters above 0xffff are written as two of them.
    at += literal[at] !== "\\" ? 1 : literal[at + 1] === "u" ? 6 : 2;
  }
  return Math.min(at, literal.length - 1);
}

function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset).split(/\r\n|\n|\r/);
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
