// What the page knows of emoji, cut out of emojibase-data (Unicode's CLDR) when it is built: names, words by which they are found, and
// how the Chinese ones are read aloud. `virtual:emoji/en` has all of them, `virtual:emoji/zh-CN` and `zh-TW` what each is called there.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { pinyin } from "pinyin-pro";
import type { Plugin } from "vite";
import type { EmojiData, EmojiWords } from "../src/model/room/emoji-names.ts";

/** What no font had before this version of Unicode's emoji is asked of the font (`drawn.ts`). */
const OLD = 13;
/** Newer ones are drawn in few places: whoever writes one would be read by few. */
const NEWEST = 15;
/** Skin tones and hair: what other emoji are made with. */
const COMPONENTS = 2;

interface Entry { hexcode: string; unicode: string; label: string; tags?: string[]; group?: number; order?: number }

const read = <T>(path: string): T => JSON.parse(readFileSync(fileURLToPath(import.meta.resolve(`emojibase-data/${path}`)), "utf8")) as T;

export function emojiNames(): Plugin {
  const modules: Record<string, () => unknown> = {
    "virtual:emoji/en": inEnglish, "virtual:emoji/zh-CN": () => inChinese("zh"), "virtual:emoji/zh-TW": () => inChinese("zh-hant"),
  };
  return {
    name: "hearth:emoji-names",
    resolveId: (id) => (id in modules ? `\0${id}` : null),
    load(id) {
      const make = modules[id.slice(1)];
      // A text is read faster than a literal of this size.
      return make && id.startsWith("\0") ? `export default JSON.parse(${JSON.stringify(JSON.stringify(make()))})` : null;
    },
  };
}

/** In Unicode's order. */
function chosen(): (Entry & { version: number })[] {
  const versions = new Map(Object.entries(read<Record<string, string[]>>("versions/emoji.json"))
    .flatMap(([version, hexcodes]) => hexcodes.map((hexcode): [string, number] => [hexcode, Number(version)])));
  return read<Entry[]>("en/compact.json")
    .map((entry) => ({ ...entry, version: versions.get(entry.hexcode) ?? 0 }))
    .filter(({ group, version }) => group !== undefined && group !== COMPONENTS && version <= NEWEST)
    .sort((one, other) => one.order! - other.order!);
}

function inEnglish(): EmojiData[] {
  const github = read<Record<string, string | string[]>>("en/shortcodes/github.json");
  const own = read<Record<string, string | string[]>>("en/shortcodes/emojibase.json");
  return chosen().map(({ hexcode, unicode, label, tags, group, version }) => {
    const short = new Set([github[hexcode] ?? [], own[hexcode] ?? []].flat());
    return [qualified(unicode), group!, label, [...short].join("|"), plain(tags ?? []).join("|"), version < OLD ? 0 : Math.floor(version)];
  });
}

function inChinese(locale: string): EmojiWords[] {
  const words = new Map(read<Entry[]>(`${locale}/compact.json`).map((entry) => [entry.hexcode, entry]));
  return chosen().map(({ hexcode }) => {
    const { label = "", tags = [] } = words.get(hexcode) ?? {};
    const others = plain(tags).filter((tag) => tag !== label);
    return [label, spoken(label), others.join("|"), others.map(spoken).join("|")];
  });
}

/** What is a picture by itself is not made one again: as Unicode's table and every keyboard have it. */
function qualified(emoji: string): string {
  return emoji.replace(/(\p{Emoji_Presentation})\ufe0f/gu, "$1");
}

/** As they are sought: small letters without accents. */
function plain(words: readonly string[]): string[] {
  return words.map((word) => word.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase());
}

/** Syllables with blanks between them; nothing for what is no Chinese. */
function spoken(words: string): string {
  return /\p{Script=Han}/u.test(words) ? pinyin(words, { toneType: "none", type: "array", nonZh: "removed", v: true }).join(" ") : "";
}
