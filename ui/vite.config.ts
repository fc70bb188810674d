import { fileURLToPath } from "node:url";
import { paraglideVitePlugin } from "@inlang/paraglide-js";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import Icons from "unplugin-icons/vite";
import { defineConfig } from "vitest/config";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** `npm test` compiles the messages itself: watching them would keep the test run from ending. */
const testing = process.env["VITEST"] !== undefined;

export const plugins = [
  testing ? [] : paraglideVitePlugin({
    project: here("./project.inlang"),
    outdir: here("./src/paraglide"),
    strategy: ["globalVariable", "baseLocale"],
  }),
  svelte({ configFile: here("./svelte.config.js") }),
  Icons({ compiler: "svelte", scale: 1, defaultClass: "icon" }),
];

export default defineConfig({
  plugins,
  // The shell looks here in development, so another port would leave it with an empty window.
  server: { port: 1420, strictPort: true },
  // The oldest engine that shows the page is the WebKitGTK of Debian 12.
  build: { target: "safari16.4", outDir: "dist", emptyOutDir: true, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  test: {
    include: ["tests/**/*.test.ts"],
    env: { TZ: "Asia/Shanghai" },
  },
  resolve: testing
    // The library's index compiles everything that it has, since nothing is shaken out of a test run.
    ? { conditions: ["browser"], alias: { "bits-ui": here("./tests/bits-ui.ts") } }
    : {},
});
