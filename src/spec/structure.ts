/** Checks a spec's structure against the schema and describes each error in our own words. */
import type { ErrorObject } from "ajv";
import type { DiagnosticCode } from "../diagnostics/codes.ts";
import {
  type AttributeName,
  type OperationEntry,
  operationAttributes,
  operationCatalogue,
} from "../model/scenario/operation-catalogue.ts";
import { alternatives } from "../text/alternatives.ts";
import type { Report } from "./collector.ts";
import type { JsonValue } from "./json-value.ts";
import { mistakeInKernelKey } from "./kernel-keys.ts";
import type { JsonSchema } from "./schema-types.ts";
import type { Path } from "./source-file.ts";
import { validatorOf } from "./validators.ts";
import { describePlace, expectedOneOf, meantHint, quote } from "./wording.ts";

/** A user reads no more errors than this, and each error is compared with all others. */
const mostErrors = 200;

function validate(value: JsonValue): readonly ErrorObject[] {
  const validator = validatorOf("spec");
  validator(value);
  return (validator.errors ?? []).slice(0, mostErrors);
}

export function checkStructure(value: JsonValue, report: Report): void {
  const errors = validate(value).filter(({ keyword, propertyName }) => keyword !== "if" && propertyName === undefined);
  for (const error of errors) if (!isEcho(error, errors)) reportError(error, report);
}

/** Whether another error about the same object already says the same. */
function isEcho(error: ErrorObject, errors: readonly ErrorObject[]): boolean {
  const others = errors.filter((other) => other !== error && other.instancePath === error.instancePath);
  switch (error.keyword) {
    case "minProperties":
    case "maxProperties":
      return others.some(({ keyword }) => keyword === "additionalProperties" || keyword === "required");
    case "required":
      return others.some(
        ({ keyword, params }) =>
          keyword === "additionalProperties" &&
          meantHint(params.additionalProperty, [String(error.params.missingProperty)]) !== undefined,
      );
    case "additionalProperties":
      // If a choice is misplaced, all its keys are. One error is enough.
      return (
        error.params.additionalProperty === "times" &&
        others.some(({ keyword, params }) => keyword === "additionalProperties" && params.additionalProperty === "any")
      );
    default:
      return false;
  }
}

function reportError(error: ErrorObject, report: Report): void {
  const path = pathOf(error);
  const { params } = error;
  const is = `${describePlace(path)} is ${describeValue(error.data)}`;
  switch (error.keyword) {
    case "additionalProperties":
      return reportUnknownKey(error, path, String(params.additionalProperty), report);
    case "required": {
      const needed = quote(params.missingProperty);
      const message = `${describePlace(path)} has no key ${needed}; expected one`;
      return report(path, { code: "spec/missing-key", message }, "key");
    }
    case "type":
      return report(path, { code: "spec/wrong-type", message: `${is}; expected ${typeNames[String(params.type)]}` });
    case "enum":
    case "const":
      return reportUnknownValue(error, path, report);
    case "pattern":
      return report(path, { code: "spec/bad-name", message: `${is}; expected ${nameRule}` });
    case "propertyNames": {
      const name = String(params.propertyName);
      const message = `${quote(name)} is not a name; expected ${nameRule}`;
      return report([...path, name], { code: "spec/bad-name", message }, "key");
    }
    default:
      return report(path, {
        code: isOneOperation(error) ? "spec/not-one-operation" : "spec/out-of-range",
        message: boundMessage(error, is),
      });
  }
}

const nameRule = 'a letter, then letters, digits, "-" and "_", at most 100 in all';

const typeNames: Readonly<Record<string, string>> = {
  integer: "a whole number",
  object: "an object",
  array: "a list",
  string: "a string",
};

const catalogue: readonly OperationEntry[] = operationCatalogue;
const operationNames: readonly string[] = catalogue.map(({ name }) => name);

function reportUnknownKey(error: ErrorObject, path: Path, key: string, report: Report): void {
  const isKernel = path.length === 1 && path[0] === "kernels";
  if (isKernel) return report([...path, key], mistakeInKernelKey(key), "key");
  const known = Object.keys((error.parentSchema as JsonSchema).properties ?? {});
  const operations = known.filter((name) => operationNames.includes(name));
  const isOperation = operations.length > 0;
  if (isOperation && isOfChoice(key, path)) return reportMisplacedChoice(key, path, report);
  if (isOperation && operationNames.includes(key)) return reportSecondOperation(error, path, report);
  if (isOperation && isAttribute(key)) return reportMisplacedAttribute(error, key, path, report);
  // An operation with attributes selects its own schema, and so does `any`. A typing error in such a key leads here.
  const others = operations.length > 1 ? [...operationNames, ...(path.at(-2) === "run" ? ["any"] : [])] : [];
  const candidates = [...new Set([...known, ...others])];
  const hint =
    isOperation && key === "times"
      ? '"times" goes with "any": { "any": [...], "times": 2 }'
      : meantHint(key, candidates);
  const [code, what]: [DiagnosticCode, string] = isOperation
    ? ["spec/unknown-operation", "there is no operation"]
    : ["spec/unknown-key", "unknown key"];
  const message = `${what} ${quote(key)}${expectedOneOf(candidates, hint, isOperation ? "operations" : undefined)}`;
  report([...path, key], { code, message, hint }, "key");
}

function reportSecondOperation({ data }: ErrorObject, path: Path, report: Report): void {
  report(path, { code: "spec/not-one-operation", message: `${describePlace(path)} ${hasOperations(data)}` });
}

function hasOperations(data: unknown): string {
  const found = Object.keys(data as object).filter((key) => operationNames.includes(key));
  const names = found.length === 0 ? "no operation" : `the operations ${found.map(quote).join(", ")}`;
  return `has ${names}; expected exactly one`;
}

function isAttribute(key: string): key is AttributeName {
  return operationAttributes.some(({ name }) => name === key);
}

function reportMisplacedAttribute({ data }: ErrorObject, key: AttributeName, path: Path, report: Report): void {
  const fitting = catalogue.filter(({ attributes }) => attributes?.includes(key)).map(({ name }) => quote(name));
  const operation = Object.keys(data as object).find((name) => operationNames.includes(name));
  const message = `${quote(key)} goes with ${alternatives(fitting)}${operation === undefined ? "" : `, not with ${quote(operation)}`}`;
  report([...path, key], { code: "spec/unknown-key", message }, "key");
}

/** Whether a key belongs to a free choice that is not allowed at this place. */
function isOfChoice(key: string, path: Path): boolean {
  return key === "any" || (key === "times" && path[0] === "initially");
}

function reportMisplacedChoice(key: string, path: Path, report: Report): void {
  const message =
    path[0] === "initially"
      ? `${quote(key)} belongs to a free choice, which cannot stand in "initially"; expected one operation, which runs once`
      : `${quote(key)} stands inside another free choice; expected an operation, such as { "store": "buf[0]" }`;
  report([...path, key], { code: "spec/misplaced-choice", message }, "key");
}

function reportUnknownValue({ keyword, params, parentSchema, data }: ErrorObject, path: Path, report: Report): void {
  const allowed: readonly unknown[] = keyword === "const" ? [params.allowedValue] : params.allowedValues;
  const names = allowed.filter((value): value is string => typeof value === "string");
  const hint = meantHint(data, names);
  const title = (parentSchema as JsonSchema).title;
  const list = typeof path.at(-1) === "number" ? path.at(-2) : undefined;
  if (typeof data === "string" && (list === "with" || list === "without")) {
    const message = `there is no feature ${quote(data)}${expectedOneOf(names, hint, "features")}`;
    return report(path, { code: "spec/unknown-feature", message, hint });
  }
  if (typeof data === "string" && list === "properties") {
    const message = `there is no built-in property ${quote(data)}${expectedOneOf(names, hint, "properties")}`;
    return report(path, { code: "spec/unknown-property", message, hint });
  }
  const sameType = allowed.some((value) => typeof value === typeof data);
  const code = sameType ? "spec/unknown-value" : "spec/wrong-type";
  const expected = typeof title === "string" ? title : alternatives(allowed.map(quote));
  report(path, { code, message: `${describePlace(path)} is ${describeValue(data)}; expected ${expected}`, hint });
}

function isOneOperation({ keyword, parentSchema }: ErrorObject): boolean {
  const { properties } = parentSchema as JsonSchema;
  const keys = Object.keys(properties ?? {});
  return (
    (keyword === "minProperties" || keyword === "maxProperties") && operationNames.some((name) => keys.includes(name))
  );
}

function boundMessage(error: ErrorObject, is: string): string {
  const place = describePlace(pathOf(error));
  const limit = Number(error.params.limit);
  const bound = error.keyword.startsWith("min") ? `at least ${limit}` : `at most ${limit}`;
  if (error.keyword === "minimum" || error.keyword === "maximum") return `${is}; expected ${bound}`;
  if (error.keyword === "minLength") return `${is}; expected a text`;
  if (isOneOperation(error)) return `${place} ${hasOperations(error.data)}`;
  const count = Object.keys(error.data as object).length;
  return `${place} has ${count === 0 ? "no" : count} ${count === 1 ? "entry" : "entries"}; expected ${bound}`;
}

function describeValue(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : quote(value);
}

/** ajv gives a JSON pointer. A number in it is always a position in a list, because names begin with a letter. */
function pathOf({ instancePath }: ErrorObject): Path {
  const segments = instancePath.split("/").slice(1);
  return segments
    .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"))
    .map((segment) => (/^\d+$/.test(segment) ? Number(segment) : segment));
}
