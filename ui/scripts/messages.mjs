// Compiles the messages, each to a function for each language. The builds do the same by themselves (`vite.config.ts`).
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { compile } from "@inlang/paraglide-js";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** How they are compiled, whoever asks: what was compiled otherwise would be taken away under a build or a test run.
 *  @type {import("@inlang/paraglide-js").CompilerOptions} */
export const messages = {
  project: here("../project.inlang"),
  outdir: here("../src/paraglide"),
  strategy: ["globalVariable", "baseLocale"],
  outputStructure: "locale-modules",
};

if (argv[1] === fileURLToPath(import.meta.url)) await compile(messages);
