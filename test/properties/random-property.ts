/**
 * Well-typed random properties over the small system. Choices come from a tape of numbers, so that fast-check shrinks a
 * failing property by shrinking the tape: zeros, and the tape's end, choose the simplest form.
 */
type Type = "bool" | "int" | "kind" | "mode" | "page" | "pte" | "flags" | "pages" | "ptes" | "ints" | "kinds";

interface Sizes {
  readonly pages: number;
  readonly ptes: number;
}

type Names = readonly { readonly name: string; readonly type: Type }[];

export function randomProperty(tape: readonly number[], sizes: Sizes): string {
  let position = 0;
  let variables = 0;
  const pick = <T>(options: readonly T[]): T => options[(tape[position++] ?? 0) % options.length] as T;
  return make("bool", 5, []);

  function make(type: Type, depth: number, names: Names): string {
    const known = names.filter((one) => one.type === type).map((one) => () => one.name);
    const simple = leaves(type, names);
    const composed = depth <= 0 ? [] : forms(type, depth - 1, names);
    // Near the root a leaf would end the property before it says anything.
    return pick(depth >= 3 && composed.length > 0 ? composed : [...known, ...simple, ...composed])();
  }

  function leaves(type: Type, names: Names): (() => string)[] {
    const from = pick(["", "old."]);
    switch (type) {
      case "bool":
        return [() => "true", () => "false", () => "event.before.soft_dirty"];
      case "int":
        return [() => String(pick([0, 1, 2, 3, -1])), () => `${from}total`, () => `size(${from}ptes)`];
      case "kind":
        return [() => '"none"', () => '"present"', () => "event.kind"];
      case "mode":
        return [() => `${from}mode`];
      case "page":
        return sizes.pages === 0 ? [] : [() => `${from}pages[${pick(positions(names))}]`];
      case "pte":
        return sizes.ptes === 0 ? [] : [() => `${from}ptes[${pick(["0", String(sizes.ptes - 1)])}]`];
      case "flags":
        return [() => "event.before"];
      case "pages":
      case "ptes":
        return [() => `${from}${type}`];
      case "ints":
        return [() => "[1, 2, total]", () => `${from}ptes.map(m, m.pfn)`];
      case "kinds":
        return [() => '["none", "present"]', () => `${from}ptes.map(m, m.kind)`];
    }
  }

  /** Positions that CEL's interpreter accepts: it fails beyond a list's end, where we read the smallest value. */
  function positions(names: Names): string[] {
    const entries = names.filter((one) => one.type === "pte").map((one) => `${one.name}.pfn`);
    return ["0", String(sizes.pages - 1), "event.page", ...entries];
  }

  function forms(type: Type, depth: number, names: Names): (() => string)[] {
    const sub = (of: Type, more: Names = []) => make(of, depth, [...names, ...more]);
    const fresh = (of: Type) => ({ name: `x${variables++}`, type: of });
    const conditional = () => `(${sub("bool")} ? ${sub(type)} : ${sub(type)})`;
    const has = (of: Type) => leaves(of, names).length > 0 || names.some((one) => one.type === of);
    const page = has("page") ? "page" : undefined;
    const pte = has("pte") ? "pte" : undefined;
    const element = (of: "pages" | "ptes") => fresh(of === "pages" ? "page" : "pte");
    const macro = (name: string) => {
      const of = pick(["pages", "ptes"] as const);
      const variable = element(of);
      return `${sub(of)}.${name}(${variable.name}, ${sub("bool", [variable])})`;
    };
    switch (type) {
      case "bool":
        return [
          () => `${sub("int")} ${pick(["<", "<=", ">", ">=", "==", "!="])} ${sub("int")}`,
          () => `(${sub("bool")} && ${sub("bool")})`,
          () => `(${sub("bool")} || ${sub("bool")})`,
          () => `!(${sub("bool")})`,
          () => macro(pick(["all", "exists", "exists_one"])),
          () => macro(pick(["all", "exists", "exists_one"])),
          () => `event.kind ${pick(["==", "!="])} ${sub("kind")}`,
          () => `mode ${pick(["==", "!="])} ${pick(['"idle"', '"busy"', "old.mode"])}`,
          () => `${sub("int")} in ${sub("ints")}`,
          () => `event.kind in ${sub("kinds")}`,
          () => `(${sub("bool")}) == (${sub("bool")})`,
          () => `${sub("flags")} == ${sub("flags")}`,
          ...(page === undefined
            ? []
            : [() => `${sub(page)}.locked`, () => `${sub(page)} ${pick(["==", "!="])} ${sub(page)}`]),
          ...(pte === undefined ? [] : [() => `${sub(pte)}.write`, () => `${sub(pte)}.kind == ${sub("kind")}`]),
          conditional,
        ];
      case "int":
        return [
          () => `(${sub("int")} ${pick(["+", "-", "*"])} ${sub("int")})`,
          () => `-(${sub("int")})`,
          () => `${sub("pages")}.size()`,
          () => `${sub("ints")}.sum()`,
          () => `${sub("flags")}.level`,
          ...(page === undefined ? [] : [() => `${sub(page)}.refcount`, () => `${sub(page)}.index`]),
          conditional,
        ];
      case "kind":
        return pte === undefined ? [] : [() => `${sub(pte)}.kind`];
      case "flags":
        return page === undefined ? [] : [() => `${sub(page)}.flags`];
      case "pages":
      case "ptes":
        return [() => macroOn(type, "filter", depth, names), conditional];
      case "ints": {
        const variable = () => element("ptes");
        return [
          () => {
            const bound = variable();
            return `${sub("ptes")}.map(${bound.name}, ${sub("int", [bound])})`;
          },
          () => {
            const bound = variable();
            return `${sub("ptes")}.map(${bound.name}, ${sub("bool", [bound])}, ${sub("int", [bound])})`;
          },
          () => `[${sub("int")}, ${sub("int")}]`,
        ];
      }
      case "page":
      case "pte":
        return has(type) ? [conditional] : [];
      default:
        return [];
    }
  }

  function macroOn(type: "pages" | "ptes", name: string, depth: number, names: Names): string {
    const variable = { name: `x${variables++}`, type: type === "pages" ? "page" : "pte" } as const;
    return `${make(type, depth, names)}.${name}(${variable.name}, ${make("bool", depth, [...names, variable])})`;
  }
}
