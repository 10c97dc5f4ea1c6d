/** A step that uses values which were read one step earlier. */
import { constant, type Expr, isConstant, load } from "../ir/expression.ts";
import type { RecordedStatement } from "../ir/recorder.ts";
import { type Variable, variable } from "../ir/variable.ts";
import type { Changed } from "./changed.ts";
import { replaceParts } from "./expressions.ts";
import { edit, type Statements } from "./statements.ts";

/** A new step reads elements of the named variables. The step uses these values, except after its own writes. */
export function goByEarlierLook(body: Statements, names: readonly string[], actor: string): Changed {
  const looks = new Map<string, { readonly register: Variable; readonly value: Expr }>();
  const lookAt = (of: Variable, index: Expr): Variable | undefined => {
    if (!names.includes(of.name) || !isConstant(index)) return undefined;
    const key = `${of.name} ${index.value}`;
    const known = looks.get(key) ?? {
      register: variable(`earlier ${key}`, of.type, { actor }),
      value: load(of, index),
    };
    looks.set(key, known);
    return known.register;
  };
  const seen = (expr: Expr): Expr =>
    replaceParts(expr, (part) => {
      const register = part.op === "load" && !part.old ? lookAt(part.variable, part.index) : undefined;
      return register && load(register);
    });
  const changed = edit(body, (statement): RecordedStatement => {
    switch (statement.op) {
      case "assign":
        return {
          ...statement,
          target: { ...statement.target, index: seen(statement.target.index) },
          value: seen(statement.value),
        };
      case "if":
      case "await":
      case "assert":
        return { ...statement, condition: seen(statement.condition) };
      case "emit": {
        const args = Object.entries(statement.args).map(([name, value]) => [name, seen(value)] as const);
        return { ...statement, args: Object.fromEntries(args) };
      }
      default:
        return statement;
    }
  });
  return { body: withOwnWrites(changed ?? [...body], lookAt), before: [...looks.values()] };
}

/** The step also knows what it writes to such an element itself. */
function withOwnWrites(
  body: Statements,
  registerOf: (of: Variable, index: Expr) => Variable | undefined,
): RecordedStatement[] {
  return body.flatMap((statement): RecordedStatement[] => {
    const { op } = statement;
    if (op === "if") {
      const [then, otherwise] = [statement.then, statement.otherwise].map((part) => withOwnWrites(part, registerOf));
      return [{ ...statement, then: then ?? [], otherwise: otherwise ?? [] }];
    }
    if (op === "choose") {
      const alternatives = statement.alternatives.map((one) => ({
        ...one,
        body: withOwnWrites(one.body, registerOf),
      }));
      return [{ ...statement, alternatives }];
    }
    const register = op === "assign" ? registerOf(statement.target.variable, statement.target.index) : undefined;
    if (op !== "assign" || register === undefined) return [statement];
    const noted = { op, target: { variable: register, index: constant(0) }, value: statement.value } as const;
    return [noted, { ...statement, value: load(register) }];
  });
}
