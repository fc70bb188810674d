// The page that a host serves to guests: everything that it loads is of the host's own origin and, but for `index.html`, has a
// hash of its content in its name.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";
import { defineConfig } from "vite";
import { build, plugins } from "./vite.config.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Classic scripts: Vite bundles modules alone, and these run where modules may not. */
const CLASSIC = ["/public/first-paint.js", "/guest/tell.js"];

/** Gives the classic scripts names of their own content, and the page its name. */
function page(): Plugin {
  return {
    name: "hearth:guest-page",
    enforce: "post",
    generateBundle(_, bundle) {
      const html = bundle["guest.html"];
      if (html?.type !== "asset") return this.error("there is no page");
      let text = String(html.source);
      for (const script of CLASSIC) {
        const source = readFileSync(here(`.${script}`), "utf8").replace(/^\s*\/\/.*\n/gm, "");
        const hash = createHash("sha256").update(source).digest("base64url").slice(0, 8);
        const fileName = `assets/${script.slice(script.lastIndexOf("/") + 1, -".js".length)}-${hash}.js`;
        if (!text.includes(`"${script}"`)) return this.error(`the page has no ${script}`);
        text = text.replace(`"${script}"`, `"/${fileName}"`);
        this.emitFile({ type: "asset", fileName, source });
      }
      delete bundle["guest.html"];
      this.emitFile({ type: "asset", fileName: "index.html", source: text.replace(/^\s*<!--.*-->\n/gm, "") });
    },
  };
}

export default defineConfig({
  plugins: [plugins, page()],
  publicDir: false,
  define: { "import.meta.env.VITE_GUEST": JSON.stringify("yes") },
  build: { ...build, outDir: "dist-guest", rolldownOptions: { ...build.rolldownOptions, input: here("./guest.html") } },
});
