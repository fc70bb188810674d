import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { plugins } from "../../vite.config";

// The gallery is built on its own and never becomes part of ui/dist.
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "./",
  plugins,
  build: { target: "es2022", outDir: "dist", emptyOutDir: true, assetsInlineLimit: 0 },
});
