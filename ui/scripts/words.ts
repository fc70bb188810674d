// The words of each language, built as a script of their own. A page loads those of its reader's language alone
// (`src/view/words/locale.svelte.ts`), and they hold what the page says and no more.
import { createHash } from "node:crypto";
import type { Plugin } from "vite";
import { build } from "vite";
import settings from "../project.inlang/settings.json" with { type: "json" };

/** Where the compiler of the messages leaves one function for each, which chooses among the languages. */
const INDEX = "/src/paraglide/messages/_index.js";

/** Leaves no message in the page's script but its number among all, by which it is found in the table of the language in use. */
export function wordsApart(): Plugin {
  let base = "/";
  let index = "";
  let messages: Message[] = [];
  return {
    name: "hearth:words-apart",
    apply: "build",
    configResolved: (config) => void (base = config.base),
    transform(code, id) {
      if (!id.endsWith(INDEX)) return null;
      index = id;
      messages = messagesIn(code);
      if (messages.length === 0) return this.error(`there are no messages in ${id}`);
      return { code: numbered(messages), map: null };
    },
    generateBundle: {
      order: "post",
      async handler(_, bundle) {
        const chunks = Object.values(bundle).filter((file) => file.type === "chunk");
        const said = new Set(chunks.flatMap((chunk) => chunk.modules[index]?.renderedExports ?? []));
        const page = Object.values(bundle).find((file) => file.fileName.endsWith(".html"));
        if (page?.type !== "asset") return this.error("there is no page");
        const links: string[] = [];
        for (const locale of settings.locales) {
          const from = index.replace("_index.js", `${locale}.js`);
          const source = await table(messages.map(({ key, name }) => (said.has(key) ? name : "")), from);
          const fileName = `assets/words-${locale}-${createHash("sha256").update(source).digest("base64url").slice(0, 8)}.js`;
          this.emitFile({ type: "asset", fileName, source });
          links.push(`<link rel="words" hreflang="${locale}" href="${base}${fileName}" />`);
        }
        // What brings them follows (`public/first-paint.js`).
        page.source = String(page.source).replace(/<meta charset="utf-8" \/>/, `$&\n    ${links.join("\n    ")}`);
        if (!page.source.includes(links[0]!)) return this.error("the page has no place for its words");
      },
    },
  };
}

/** A message: its key, and the name of its function, which differs where the key is a word of the language. */
interface Message { key: string; name: string }

function messagesIn(code: string): Message[] {
  const exported = code.matchAll(/^export (?:const (?<key>\w+)|\{ (?<name>\w+) as "(?<word>\w+)" \})/gm);
  return [...exported].map(({ groups }) => ({ key: groups!["key"] ?? groups!["word"]!, name: groups!["key"] ?? groups!["name"]! }));
}

function numbered(messages: readonly Message[]): string {
  const lines = messages.map(({ key, name }, n) => `const ${name} = (inputs) => word(${n})(inputs);\nexport { ${name} as "${key}" };`);
  return `import { word } from "../../view/words/locale.svelte";\n${lines.join("\n")}`;
}

/** A script whose default export has these functions of a language, each at its place. */
async function table(names: readonly string[], from: string): Promise<string> {
  const ENTRY = "\0words";
  const entry = `import * as words from ${JSON.stringify(from)};\nexport default [${names.map((name) => (name === "" ? "" : `words.${name}`)).join()}];`;
  const built = await build({
    configFile: false,
    logLevel: "silent",
    plugins: [{ name: "hearth:words", resolveId: (id) => (id === ENTRY ? id : null), load: (id) => (id === ENTRY ? entry : null) }],
    build: { write: false, target: "safari16.4", modulePreload: false, rolldownOptions: { input: ENTRY, preserveEntrySignatures: "strict" } },
  });
  const [first] = [built].flat();
  const chunk = first && "output" in first ? first.output[0] : undefined;
  if (chunk === undefined) throw new Error(`no words come of ${from}`);
  return chunk.code;
}
