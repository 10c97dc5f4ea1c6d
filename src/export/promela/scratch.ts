/**
 * Variables that are needed only during a step: the state before it, parts of properties, flags of violations. They are
 * not part of the state. In a depth-first search, SPIN leaves `hidden` variables out of the state. Its breadth-first
 * search does not support them, so there they are part of the state, but have the same values at the end of every step.
 */
import { number } from "./expression.ts";

export interface Scratch {
  /** Declares a variable if it is new, and returns its name. */
  readonly use: (name: string, type: "byte" | "short" | "int", options?: ScratchOptions) => string;
  readonly declarations: () => readonly string[];
  /** The name of the macro that ends a step. */
  readonly forget: string;
}

interface ScratchOptions {
  readonly size?: number;
  /** Its value between two steps; 0 by default. */
  readonly initial?: number;
}

export const breadthFirst = "BREADTH_FIRST";

export function scratch(): Scratch {
  const declared = new Map<string, { readonly type: string; readonly size: number; readonly initial: number }>();
  return {
    use(name, type, { size = 1, initial = 0 } = {}) {
      if (!declared.has(name)) declared.set(name, { type, size, initial });
      return name;
    },
    declarations() {
      const resets: string[] = [];
      const lines = [...declared].map(([name, { type, size, initial }]) => {
        for (let i = 0; i < size; i++) resets.push(`${size === 1 ? name : `${name}[${i}]`} = ${number(initial)}`);
        const start = initial === 0 ? "" : ` = ${initial}`;
        return `SCRATCH ${type} ${size === 1 ? name : `${name}[${size}]`}${start};`;
      });
      return [
        `#ifdef ${breadthFirst}`,
        "#define SCRATCH",
        "#else",
        "#define SCRATCH hidden",
        "#endif",
        ...lines,
        "",
        "inline forget() {",
        `#ifdef ${breadthFirst}`,
        ...resets.map((reset) => `  ${reset};`),
        "#endif",
        "  skip",
        "}",
      ];
    },
    forget: "forget()",
  };
}
