import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { readFragment } from "../../src/playground/page/sharing/link.ts";
import { runCli, spawnCli } from "../fixtures/run-cli.ts";

const page = readFileSync("dist/playground/playground.html", "utf8");

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

async function ask(port: number, path: string, { method = "GET", host = `127.0.0.1:${port}` } = {}): Promise<Answer> {
  const asked = request({ host: "127.0.0.1", port, path, method, headers: { host } }).end();
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

/** Starts the server, calls `use` with its port, and ends it by a signal. */
async function whileServing(use: (port: number, fragment: string) => Promise<void>, args: readonly string[] = []) {
  let used: Promise<void> | undefined;
  let child: ChildProcess | undefined;
  const ended = await spawnCli(["playground", ...args], (started) => {
    child = started;
    started.stdout?.once("data", (line: string) => {
      const [, port, fragment = ""] = /^http:\/\/127\.0\.0\.1:(\d+)\/(?:#(.*))?\n$/.exec(line) ?? [];
      used = use(Number(port), fragment).finally(() => child?.kill("SIGINT"));
    });
  });
  await used;
  return ended;
}

test("playground serves the page on this machine until Ctrl-C", { timeout: 60_000 }, async () => {
  const ended = await whileServing(async (port) => {
    const { status, headers, body } = await ask(port, "/");
    assert.equal(status, 200);
    assert.equal(body, page);
    assert.deepEqual(
      [
        headers["content-type"],
        headers["cross-origin-opener-policy"],
        headers["cross-origin-embedder-policy"],
        headers["cross-origin-resource-policy"],
        headers["content-security-policy"],
        headers["x-content-type-options"],
        headers["cache-control"],
      ],
      [
        "text/html; charset=utf-8",
        "same-origin",
        "require-corp",
        "same-origin",
        "frame-ancestors 'none'",
        "nosniff",
        "no-store",
      ],
    );
    assert.equal((await ask(port, "/", { host: `localhost:${port}` })).status, 200);

    const head = await ask(port, "/", { method: "HEAD" });
    assert.deepEqual(
      [head.status, head.headers["content-length"], head.body],
      [200, String(Buffer.byteLength(body)), ""],
    );

    const other = await runCli(["playground", "--port", String(port)]);
    assert.equal(other.code, 2);
    assert.match(other.stderr, new RegExp(`^error.*: port ${port} cannot be used: another program is using it\n`));
  });
  assert.deepEqual([ended.code, ended.signal], [130, null]);
  assert.equal(ended.stderr, "open this address in a browser; press Ctrl-C to end\n");
});

test("playground serves nothing else, and nothing to a site that takes this machine's address", {
  timeout: 60_000,
}, async () => {
  await whileServing(async (port) => {
    const statusOf = async (path: string, options = {}) => (await ask(port, path, options)).status;
    for (const path of ["/favicon.ico", "/index.html", "//", "/?x", "/../package.json", "/%2e%2e/package.json"])
      assert.equal(await statusOf(path), 404, path);
    for (const method of ["POST", "PUT", "OPTIONS", "DELETE"])
      assert.equal(await statusOf("/", { method }), 405, method);
    for (const host of ["evil.example", `evil.example:${port}`, "127.0.0.1", `127.0.0.1:${port + 1}`, `[::1]:${port}`])
      assert.equal(await statusOf("/", { host }), 403, host);
  });
});

test("the address of playground holds the scenario that it was given, whatever its text is", {
  timeout: 60_000,
}, async () => {
  for (const file of ["specs/fork-race.json", "package.json"])
    await whileServing(
      async (_, fragment) => {
        const unchanged = { kernels: [], with: [], without: [], edits: [], properties: [], options: {} };
        const question = { file, text: readFileSync(file, "utf8"), ...unchanged };
        assert.deepEqual(await readFragment(fragment), { kind: "question", question });
      },
      [file.replace(/\.json$/, "")],
    );
});

test("playground takes one scenario that fits into a link", async () => {
  const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
  const large = join(folder, "large.json");
  writeFileSync(large, "[".repeat(2 ** 16 + 1));
  const dense = join(folder, "dense.json");
  writeFileSync(
    dense,
    Array.from(randomBytes(60_000), (byte, place) => String.fromCharCode(0x4e00 + 79 * byte + (place % 79))).join(""),
  );
  for (const [path, error] of [
    ["specs", /^error.*: playground takes one scenario, and specs holds \d+\n/],
    ["specs/no-such-race.json", /^error.*: there is no file "specs\/no-such-race.json"\n/],
    [large, /^error.*: .*large\.json is too large for the page: it has more than 65,536 characters\n/],
    [dense, /^error.*: .*dense\.json is too large for a link\n/],
  ] as const) {
    const { code, stderr } = await runCli(["playground", path]);
    assert.equal(code, 2);
    assert.match(stderr, error);
  }
  rmSync(folder, { recursive: true });
});

test("--port must be a port", async () => {
  for (const port of ["0", "65536", "http", "-1"]) {
    const { code, stderr } = await runCli(["playground", "--port", port]);
    assert.equal(code, 2);
    assert.match(stderr, /^error: option '--port <n>' argument/);
  }
});
