// Serves the built gallery, and axe beside it, under the policies of the shell and of a host's page for guests.
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { createRequire } from "node:module";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** What a page loads axe from. As a script with an address, its compiled code is kept from one page to the next. */
export const AXE = "/axe.js";

/** @param {string} dist the built gallery
 *  @param {{ app: string, guest: (host: string) => string }} policies of the pages */
export async function serve(dist, policies) {
  const server = createServer((request, response) => {
    const { pathname: path, searchParams } = new URL(request.url, "http://gallery");
    const csp = searchParams.get("scene")?.startsWith("guest-") ? policies.guest(request.headers.host) : policies.app;
    try {
      const body = readFileSync(path === AXE ? axe : join(dist, path === "/" ? "index.html" : path));
      const kept = path === "/" ? "no-store" : "max-age=86400, immutable";
      response.writeHead(200, { "content-type": TYPES[extname(path) || ".html"], "cache-control": kept, "content-security-policy": csp }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return { address: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
