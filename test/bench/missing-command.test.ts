import assert from "node:assert/strict";
import test from "node:test";
import { missingCommand } from "../../scripts/library/missing-command.ts";

test("the first command that is not installed is named, with the packages to install", () => {
  const commands = [
    [process.execPath, "--version"],
    ["no-such-checker", "--version"],
    ["nor-this-one", "--version"],
  ] as const;
  assert.equal(
    missingCommand(commands, "checker gcc"),
    "no-such-checker is not installed (on Debian: apt-get install checker gcc)",
  );
});

test("if all commands answer, none is reported as missing", () => {
  assert.equal(missingCommand([[process.execPath, "--version"]], "nodejs"), undefined);
});
