// Weighs the guest page as it was built, for a reader of each language: what a browser loads before the guest can do a thing, compressed as
// the host sends it, and what is loaded by itself once they are in the room. Each has a limit, in the language whose words are heaviest.
import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { gzipSync } from "node:zlib";

/** Until the newest line is painted, with all that reads and draws lines. */
const LIMIT = 150 * 1024;
/** With what is fetched ahead behind it. */
const LIMIT_AHEAD = 192 * 1024;
/** Parts that nobody asks for: they come with the room, or are fetched ahead while the host is there. */
const WITH_THE_ROOM = ["RoomMenu", "PeopleButton", "SettingsDialog", "NicknameDialog", "SearchPanel", "ContextMenuItems", "rich-text"];
/** What the policy forbids, and what is the app's alone. */
const FORBIDDEN = [/<script(?![^>]*\bsrc=)/, /<style/, /\sstyle=/, /\son[a-z]+=/, /javascript:/];
const FOREIGN = ["__TAURI", "host-start", "own-rooms-dialog", "join-address", "access-dialog", "doctor-dialog", "outside-switch", "share-link", "data-forget", "opened-dialog"];

const dist = new URL("../dist-guest/", import.meta.url);
const assets = new URL("assets/", dist);
const html = readFileSync(new URL("index.html", dist), "utf8");
const { locales } = JSON.parse(readFileSync(new URL("../project.inlang/settings.json", import.meta.url), "utf8"));
const files = readdirSync(assets);
const problems = [];

for (const rule of FORBIDDEN) if (rule.test(html)) problems.push(`index.html has ${rule}`);
for (const file of files) {
  if (!/-[\w-]{8}\.(js|css|svg)$/.test(file)) problems.push(`${file} has no hash in its name`);
  const text = readFileSync(new URL(file, assets), "utf8");
  for (const word of FOREIGN) if (text.includes(word)) problems.push(`${file} has ${word}, which is the app's`);
}
for (const [, url] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
  if (!/^\/assets\/[\w.-]+$/.test(url)) problems.push(`index.html loads ${url}`);
}

/** The words of a language are loaded by its readers alone (`scripts/words.ts`). */
const words = new Map([...html.matchAll(/<link rel="words" hreflang="([^"]+)" href="\/assets\/([^"]+)"/g)].map(([, language, file]) => [language, file]));
const first = new Set();
for (const [, file] of html.matchAll(/"\/assets\/([^"]+)"/g)) if (![...words.values()].includes(file)) follow(file, first);
const room = new Set(first);
for (const part of WITH_THE_ROOM) {
  const file = files.find((name) => name.startsWith(`${part}-`) && name.endsWith(".js"));
  if (file === undefined) problems.push(`there is no ${part}`);
  else follow(file, room);
}
// The picture of the app stands on the card and in the room.
for (const file of files.filter((name) => name.endsWith(".svg"))) {
  first.add(file);
  room.add(file);
}

for (const language of locales) {
  const file = words.get(language);
  if (file === undefined) problems.push(`it has no words in ${language}`);
  else weigh(language, file);
}
for (const problem of problems) process.stderr.write(`guest page: ${problem}\n`);
process.exitCode = problems.length > 0 ? 1 : 0;

/** Says what a reader of a language loads. */
function weigh(language, file) {
  const [page, all] = [first, room].map((files) => {
    const loaded = new Set(files);
    follow(file, loaded);
    return { weight: gzip(html) + weight(loaded), count: loaded.size + 1 };
  });
  process.stdout.write(`guest page (${language}): ${kib(page.weight)} compressed in ${page.count} files until the newest line is painted (limit ${kib(LIMIT)}); ${kib(all.weight)} in ${all.count} with all that is fetched ahead in the room (limit ${kib(LIMIT_AHEAD)})\n`);
  if (page.weight >= LIMIT || all.weight >= LIMIT_AHEAD) problems.push(`it is too heavy in ${language}`);
}

/** A script, and all that it imports before it runs. */
function follow(file, into) {
  if (into.has(file)) return;
  if (!files.includes(file)) return void problems.push(`${file} is not there`);
  into.add(file);
  if (!file.endsWith(".js")) return;
  const text = readFileSync(new URL(file, assets), "utf8");
  for (const [, path] of text.matchAll(/(?:from|import)\s*["'`](\.[^"'`]+)["'`]/g)) follow(basename(path), into);
}

function weight(set) {
  return [...set].reduce((sum, file) => sum + gzip(readFileSync(new URL(file, assets))), 0);
}

function gzip(content) {
  return gzipSync(content, { level: 9 }).length;
}

function kib(bytes) {
  return `${(bytes / 1024).toFixed(1)} KiB`;
}
