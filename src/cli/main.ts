import { readFileSync } from "node:fs";
import { Command } from "commander";

// The same relative path from src/cli and from dist/cli.
const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  readonly version: string;
  readonly description: string;
};

const program = new Command("exclusive-check")
  .description(manifest.description)
  .version(manifest.version, "-V, --version", "print the version");

await program.parseAsync();
