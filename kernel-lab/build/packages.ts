/** Debian's packages: the kernels' sources, and what builds and runs them. */
import { spawnSync } from "node:child_process";
import { LabError } from "../lab-error.ts";
import type { TreeName } from "./trees.ts";

const tools = [
  "bc",
  "binutils",
  "bison",
  "cpio",
  "flex",
  "gcc",
  "kmod",
  "libc6-dev",
  "libelf-dev",
  "libssl-dev",
  "make",
  "qemu-system-x86",
  "xz-utils",
] as const;

export function packagesFor(trees: readonly TreeName[]): readonly string[] {
  return [...trees.map((tree) => `linux-source-${tree}`), ...tools];
}

/** The versions of installed packages, by name. Empty without dpkg-query. */
export function installedVersions(packages: readonly string[]): ReadonlyMap<string, string> {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own placeholders
  const format = "${Package} ${db:Status-Status} ${Version}\n";
  const { stdout } = spawnSync("dpkg-query", ["-W", "-f", format, ...packages], { encoding: "utf8" });
  const rows = (stdout ?? "").split("\n").map((line) => line.split(" "));
  return new Map(
    rows.flatMap(([name, status, version]) =>
      name !== undefined && status === "installed" && version !== undefined ? [[name, version] as const] : [],
    ),
  );
}

/** Installs what is missing if the user may; otherwise throws a LabError with the command to run. */
export function installMissing(packages: readonly string[], say: (text: string) => void): void {
  const installed = installedVersions(packages);
  const missing = packages.filter((name) => !installed.has(name));
  if (missing.length === 0) return;
  const command = ["apt-get", "install", "--yes", "--no-install-recommends", ...missing];
  if (process.getuid?.() !== 0)
    throw new LabError(
      `these packages are missing: ${missing.join(", ")}. Install them with\n    sudo ${command.join(" ")}`,
    );
  say(`installs ${missing.join(", ")}`);
  const [program = "", ...rest] = command;
  const { status, error } = spawnSync(program, rest, {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  if (status !== 0)
    throw new LabError(
      `${command.join(" ")} failed${error === undefined ? "" : `: ${error.message}`}. "apt-get update" may help, or a release of Debian that has these packages`,
    );
}
