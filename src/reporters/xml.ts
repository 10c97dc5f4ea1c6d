/** The parts of XML that a report needs: elements, attributes, text. */
import { xmlText } from "../text/xml-text.ts";

export interface XmlElement {
  readonly name: string;
  /** Undefined attributes are left out. */
  readonly attributes?: Readonly<Record<string, string | number | undefined>>;
  readonly children?: readonly (XmlElement | string)[];
}

export function xmlDocument(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${written(root, "")}\n`;
}

function written({ name, attributes = {}, children = [] }: XmlElement, indent: string): string {
  const given = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escapeAttribute(String(value))}"`],
  );
  const start = `${indent}<${name}${given.join("")}`;
  if (children.length === 0) return `${start}/>`;
  // No spaces may be added around text.
  if (children.some((child) => typeof child === "string")) {
    const inner = children.map((child) => (typeof child === "string" ? escapeText(child) : written(child, "")));
    return `${start}>${inner.join("")}</${name}>`;
  }
  const inner = children.map((child) => (typeof child === "string" ? "" : written(child, `${indent}  `)));
  return `${start}>\n${inner.join("\n")}\n${indent}</${name}>`;
}

const references = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" } as const;

function reference(character: string): string {
  return references[character as keyof typeof references];
}

/** Escapes text that GitHub's runner could read as the beginning of a command. */
function asReferences(text: string): string {
  return [...text].map((character) => `&#${character.charCodeAt(0)};`).join("");
}

function escapeText(text: string): string {
  // XML readers turn a bare carriage return into a line feed.
  return xmlText(text)
    .replace(/[&<>]/g, reference)
    .replaceAll("\r", "&#13;")
    .replace(/::|##\[/g, asReferences);
}

function escapeAttribute(text: string): string {
  // XML readers turn bare tabs and line ends in attributes into spaces.
  return xmlText(text)
    .replace(/[&<>"]/g, reference)
    .replace(/[\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/::|##\[/g, asReferences);
}
