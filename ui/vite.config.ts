import { fileURLToPath } from "node:url";
import { paraglideVitePlugin } from "@inlang/paraglide-js";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import Icons from "unplugin-icons/vite";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { emojiNames } from "./scripts/emoji.ts";
import { messages } from "./scripts/messages.mjs";
import { wordsApart } from "./scripts/words.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** `npm test` compiles the messages itself: watching them would keep the test run from ending. */
const testing = process.env["VITEST"] !== undefined;

export const plugins = [
  testing ? [] : paraglideVitePlugin(messages),
  wordsApart(),
  emojiNames(),
  svelte({ configFile: here("./svelte.config.js") }),
  Icons({ compiler: "svelte", scale: 1, defaultClass: "icon" }),
];

type Modules = { getModuleInfo(id: string): { isEntry: boolean; importers: readonly string[] } | null };

/** Whether a module is loaded with the page, and not only when it is asked for. */
function isFirst(id: string, modules: Modules, seen: Set<string> = new Set()): boolean {
  if (seen.has(id)) return false;
  seen.add(id);
  const info = modules.getModuleInfo(id);
  return info !== null && (info.isEntry || info.importers.some((importer) => isFirst(importer, modules, seen)));
}

/** What the first load has is one script, whatever else uses parts of it: each more is waited for before the first picture. */
const codeSplitting = {
  groups: [{ debugName: "page", name: (id: string, modules: Modules) => (isFirst(id, modules) ? "page" : null) }],
};

/** How both pages are built. The oldest engine that shows them is the WebKitGTK of Debian 12. */
export const build = {
  target: "safari16.4", emptyOutDir: true, assetsInlineLimit: 0, modulePreload: { polyfill: false },
  // A few small files cost more of the time before the first picture than what they spare.
  cssCodeSplit: false,
  rolldownOptions: { output: { codeSplitting } },
} as const;

/** Has the page's script fetched, and leaves to `public/first-paint.js` when it is evaluated. */
const frameFirst: Plugin = {
  name: "hearth:frame-first",
  apply: "build",
  transformIndexHtml: {
    order: "post",
    handler(html) {
      const later = html.replace(/<script type="module" crossorigin src=("[^"]+")><\/script>/, '<link rel="modulepreload" crossorigin href=$1 data-page>');
      if (later === html) throw new Error("index.html has no script");
      return later;
    },
  },
};

export default defineConfig({
  plugins: [plugins, frameFirst],
  // The shell looks here in development, so another port would leave it with an empty window.
  server: { port: 1420, strictPort: true },
  build: { ...build, outDir: "dist" },
  test: {
    include: ["tests/**/*.test.ts"],
    env: { TZ: "Asia/Shanghai" },
  },
  resolve: testing
    // The library's index compiles everything that it has, since nothing is shaken out of a test run.
    ? { conditions: ["browser"], alias: { "bits-ui": here("./tests/bits-ui.ts") } }
    : {},
});
