/** Serves one page to browsers of this machine, and to no other machine. */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** `localhost` works too, but may be an address of IPv6 first. */
const loopback = "127.0.0.1";

const headers: Readonly<Record<string, string>> = {
  "Content-Type": "text/html; charset=utf-8",
  // With these three, a browser gives the page threads.
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
  // What the page may do stands in the page. That no other page may frame it can stand only here.
  "Content-Security-Policy": "frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-store",
};

export interface ServedPage {
  readonly address: string;
  /** Ends open connections too. */
  readonly close: () => void;
}

/** Rejects with the system's error if the port cannot be used. `port`: 0 for a free one. */
export function servePage(page: string, port: number): Promise<ServedPage> {
  const body = Buffer.from(page, "utf8");
  const server = createServer(({ method, url, headers: { host } }, response) => {
    if (!isOurs(host, (server.address() as AddressInfo).port)) refuse(response, 403);
    else if (url !== "/") refuse(response, 404);
    else if (method === "GET" || method === "HEAD")
      // Node sends no body as the answer to HEAD.
      response.writeHead(200, { ...headers, "Content-Length": body.length }).end(body);
    else refuse(response.setHeader("Allow", "GET, HEAD"), 405);
  });
  return new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen(port, loopback, () => {
      const { port: chosen } = server.address() as AddressInfo;
      resolve({
        address: `http://${loopback}:${chosen}/`,
        close() {
          server.close();
          server.closeAllConnections();
        },
      });
    });
  });
}

/**
 * Another site can give its own name the address of this machine, and so reach this server from its pages. But then a
 * browser sends the name of that site.
 */
function isOurs(host: string | undefined, port: number): boolean {
  // A browser leaves out the port if it is the protocol's own.
  const suffix = port === 80 ? "" : `:${port}`;
  return [loopback, "localhost"].some((name) => host === `${name}${suffix}`);
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { "Content-Type": "text/plain", "X-Content-Type-Options": "nosniff" }).end();
}
