import svelte from "eslint-plugin-svelte";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

/** Imports point down only: wire <- transport <- model <- view. */
const LAYERS = ["wire", "transport", "model", "view"];

const direction = LAYERS.map((layer, depth) => ({
  files: [`src/${layer}/**/*.{ts,svelte}`],
  rules: {
    "no-restricted-imports": ["error", {
      patterns: [
        ...LAYERS.slice(depth + 1).map((above) => ({
          regex: `^(\\.\\./)+${above}(/|$)`,
          message: `${layer} stands below ${above} and must not know it.`,
        })),
        { regex: "^@tauri-apps/", message: "Only transport/desktop.ts knows Tauri." },
        ...(layer === "view" ? [{ regex: "^(\\.\\./)+transport(/|$)", message: "Views act through the model's store." }] : []),
        ...(layer === "view" ? [] : [{ regex: "paraglide", message: "Words belong to the view." }]),
      ],
    }],
  },
}));

/** What a pure file must not reach for: the page, storage, the network, timers, the clock. */
const IMPURE = [
  "window", "self", "globalThis", "document", "navigator", "location", "history", "localStorage", "sessionStorage", "fetch", "WebSocket",
  "setTimeout", "clearTimeout", "setInterval", "clearInterval", "queueMicrotask", "requestAnimationFrame", "performance", "crypto",
  "addEventListener", "removeEventListener",
];

const purity = {
  files: ["src/transport/guest/session/**/*.ts", "src/model/text/**/*.ts", "src/model/room/**/*.ts"],
  // What stands around the pure model: runes, and what waits for answers.
  ignores: ["**/*.svelte.ts", "src/model/room/requests.ts"],
  rules: {
    "no-restricted-globals": ["error", ...IMPURE.map((name) => ({ name, message: "This file is pure: what it needs of the world is an argument." }))],
    "no-restricted-properties": ["error", { object: "Date", property: "now" }, { object: "Math", property: "random" }],
  },
};

export default ts.config(
  { ignores: ["dist/", "dist-guest/", "guest/tell.js", "src/paraglide/", "src/wire/generated/", "tests/gallery/dist/", "public/", "project.inlang/"] },
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"], svelteConfig } },
  },
  {
    rules: {
      // The compiler speaks for undefined names, and an index within bounds may be said to be there.
      "no-undef": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "@typescript-eslint/consistent-type-imports": "error",
      "svelte/no-at-html-tags": "error",
      "svelte/require-each-key": "error",
      // Links are opened by the system, and there is no router.
      "svelte/no-navigation-without-resolve": "off",
      // Maps and sets of the store are replaced, never changed, and stand in `$state.raw`.
      "svelte/prefer-svelte-reactivity": "off",
      eqeqeq: "error",
      "no-console": ["error", { allow: ["error"] }],
    },
  },
  ...direction,
  purity,
  {
    files: ["src/transport/desktop.ts"],
    rules: { "no-restricted-imports": ["error", { patterns: [{ regex: "^(\\.\\./)+(model|view)(/|$)" }] }] },
  },
);
