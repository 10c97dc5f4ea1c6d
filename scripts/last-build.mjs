// Whether dist/ is what the last build made, and made of what the sources are now: exits with 1 if not. So `npm test`
// does not build again what `npm ci` has just built. With `note`, the last step of a build, it writes down what they are.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const noted = "node_modules/.cache/last-build";

/** All but what only tests, benchmarks and the lab read. The lock file stands for the dependencies. */
const inputs = ["bin", "docs", "schema", "scripts", "specs", "src", "types"];
const files = readdirSync(".").filter((name) => /\.(json|md)$/.test(name));

/** @param {readonly string[]} paths */
function digestOf(paths) {
  const hash = createHash("sha1");
  for (const path of paths.flatMap(filesAt).sort()) hash.update(`${path}\0`).update(readFileSync(path)).update("\0");
  return hash.digest("hex");
}

/**
 * @param {string} path
 * @returns {readonly string[]}
 */
function filesAt(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((name) => filesAt(join(path, name)));
}

const now = existsSync("dist") ? `${digestOf([...inputs, ...files])} ${digestOf(["dist"])}\n` : undefined;
if (process.argv[2] === "note" && now !== undefined) {
  mkdirSync(dirname(noted), { recursive: true });
  writeFileSync(noted, now);
} else if (now === undefined || !existsSync(noted) || readFileSync(noted, "utf8") !== now) process.exitCode = 1;
