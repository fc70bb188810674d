// Words for values that are chosen or shown.
import type { GatheredRow, ListRow } from "../../model/room/list-rows";
import type { StoneRow, SystemRow } from "../../model/room/rows";
import type { RoomState } from "../../model/room/state";
import { isolated } from "../../model/text/bidi";
import { m } from "../../paraglide/messages.js";
import type { AddressKind, Closing, ExportFormat, JoinsShown, KeepTrouble, Language, OwnRoom, Reach, Retention, Room, SendKey, Storage, Theme, Visit, Whence } from "../../wire";
import { shortMoment } from "./time";
import { Apart, inLetters, type Piece } from "./sentences";

export const kindWords: Record<AddressKind, () => string> = {
  lan: m.kind_lan, public: m.kind_public, vpn: m.kind_vpn, link_local: m.kind_link_local, virtual: m.kind_virtual, loopback: m.kind_loopback,
};

export const reachWords: Record<Reach, () => string> = { network: m.reach_network, computer: m.reach_computer };

export const themeWords: Record<Theme, () => string> = { system: m.theme_system, light: m.theme_light, dark: m.theme_dark };

export const closingWords: Record<Closing, () => string> = {
  ask: m.closing_ask, keep: m.closing_keep, stop: m.closing_stop,
};

export const exportWords: Record<ExportFormat, () => string> = {
  html: m.export_html, markdown: m.export_markdown, json_lines: m.export_json_lines,
};

/** Why nothing is kept here, and what that means. */
export const troubleWords: Record<KeepTrouble, () => string> = {
  full: m.keep_full, damaged: m.keep_damaged, in_use: m.keep_in_use, too_new: m.keep_too_new, set_aside: m.keep_set_aside,
};

/** What is wrong with the hosted room's file, and what to do. */
export const storageWords: Record<Exclude<Storage, "fine">, () => string> = {
  full: m.storage_full, damaged: m.storage_damaged,
};

const VISITS: Record<Whence, (seen: { nickname: string; moment: string }) => string> = {
  network: m.host_visit_network, vpn: m.host_visit_vpn, internet: m.host_visit_internet,
};

/** Who has come in from elsewhere; no more is known of who can. */
export function visitWords(visit: Visit | undefined, now: number, locale: string): string {
  if (visit === undefined) return m.host_visit_none();
  return VISITS[visit.from]({ nickname: isolated(visit.by), moment: shortMoment(Date.parse(visit.at), now, locale) });
}

/** How much of a room is kept. */
export function retentionWords({ days, mebibytes }: Retention): string {
  const bounds = [
    ...(days === null ? [] : [m.retention_days_words({ count: days })]),
    ...(mebibytes === null ? [] : [m.retention_size_words({ mebibytes })]),
  ];
  return bounds.length === 0 ? m.retention_all_words() : bounds.join(" · ");
}

/** When something was said in a room last. */
export function lastWords(room: OwnRoom, now: number, locale: string): string {
  if (room.last_at === null) return m.own_room_empty();
  return m.own_room_last({ moment: shortMoment(Date.parse(room.last_at), now, locale) });
}

/** A size on the disk: `3.4 MiB`. */
export function sizeWords(bytes: number, locale: string): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: power < 2 ? 0 : 1 }).format(bytes / 1024 ** power);
  return `${number} ${units[power]}`;
}

/** Where large numbers are told in ten thousands. */
const TEN_THOUSANDS: Record<string, string> = { "zh-CN": "万", "zh-TW": "萬" };

/** About how many characters, to two places: `5400 字`, `29 万字`, `5,400 characters`. */
export function charsWords(count: number, locale: string, towards: "up" | "down"): string {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, count))) - 1);
  const about = (towards === "up" ? Math.ceil(count / step) : Math.floor(count / step)) * step;
  const tenThousands = TEN_THOUSANDS[locale];
  const text = tenThousands === undefined ? about.toLocaleString(locale) : about >= 10_000 ? `${about / 10_000} ${tenThousands}` : `${about} `;
  return m.chars({ count: about, text });
}

/** Keys go by what stands on them. */
export const sendKeyWords: Record<SendKey, () => string> = {
  enter: () => "Enter", ctrl_enter: () => (isMac() ? "⌘ Enter" : "Ctrl+Enter"),
};

function isMac(): boolean {
  return /^(Mac|iP)/.test(navigator.platform);
}

/** Languages go by their own names. */
export const languageWords: Record<Language, () => string> = {
  system: m.language_system, "zh-CN": () => "简体中文", "zh-TW": () => "繁體中文", en: () => "English",
};

/** "小李 加入聊天". */
export function systemWords(row: SystemRow): Piece[] {
  const names = new Apart();
  return names.set(SYSTEM[row.event]({ nickname: names.put(row.nickname), old: names.put(row.old ?? "") }));
}

const SYSTEM: Record<SystemRow["event"], (names: { nickname: string; old: string }) => string> = {
  joined: m.joined, left: m.left, renamed: m.renamed,
};

/** "林晓、Wei 进来了，老王离开了". */
export function gatheredWords(row: GatheredRow): Piece[] {
  const names = new Apart();
  const nameOf = (name: string): string => names.put(name);
  const clause = (people: readonly string[], words: (inputs: { who: string }) => string): string[] =>
    people.length === 0 ? [] : [words({ who: whoWords(people, nameOf) })];
  const renamed = row.renamed.length > NAMED
    ? [m.gathered_renamed_many({ count: row.renamed.length })]
    : row.renamed.map(({ old, nickname }) => m.renamed({ old: nameOf(old), nickname: nameOf(nickname) }));
  const sentence = [
    ...clause(row.joined, m.gathered_joined), ...clause(row.returned, m.gathered_returned),
    ...clause(row.passed, m.gathered_passed), ...clause(row.left, m.gathered_left), ...renamed,
  ].join(m.gathered_comma());
  return names.set(sentence);
}

/** "小李撤回了一条消息". */
export function stoneWords({ by, byNickname, author, nickname, count }: StoneRow): Piece[] {
  const names = new Apart();
  const who = names.put(nickname);
  if (by === author) return names.set(count === 1 ? m.line_removed({ who }) : m.line_removed_many({ who, count }));
  const moderator = names.put(byNickname);
  return names.set(count === 1 ? m.line_removed_by({ by: moderator, who }) : m.line_removed_by_many({ by: moderator, who, count }));
}

/** "小李、Wei 和你": names one after the other. */
export function namesWords(people: readonly string[]): string {
  return inLetters((put) => whoWords(people, put));
}

/** "回复 Wei": a sentence with one name in it, for where there are letters alone. */
export function nameWords(words: (inputs: { nickname: string }) => string, nickname: string): string {
  return inLetters((put) => words({ nickname: put(nickname) }));
}

/** The same, the name apart. */
export function namePieces(words: (inputs: { nickname: string }) => string, nickname: string): Piece[] {
  const names = new Apart();
  return names.set(words({ nickname: names.put(nickname) }));
}

/** "小李和陈老师正在输入…". */
export function typingWords(people: readonly string[]): Piece[] {
  const names = new Apart();
  const [a = "", b = ""] = people.slice(0, 2).map((name) => names.put(name));
  return names.set(people.length === 1 ? m.typing_one({ a }) : people.length === 2 ? m.typing_two({ a, b }) : m.typing_many({ count: people.length }));
}

/** What stands in the chat list for who came and went; `null` for other rows. */
export function toldWords(row: ListRow): string | null {
  const pieces = row.kind === "gathered" ? gatheredWords(row) : row.kind === "system" ? systemWords(row) : row.kind === "stone" ? stoneWords(row) : null;
  return pieces && pieces.map(({ text }) => text).join("");
}

/** So many people are named in a sentence; of more it says how many they are. */
const NAMED = 3;

function whoWords(people: readonly string[], nameOf: (name: string) => string): string {
  const [a = "", b = "", c = ""] = people.slice(0, NAMED).map(nameOf);
  switch (people.length) {
    case 1:
      return a;
    case 2:
      return m.names_two({ a, b });
    case 3:
      return m.names_three({ a, b, c });
    default:
      return m.names_more({ a, b, c, count: people.length });
  }
}

export const joinsWords: Record<JoinsShown, () => string> = {
  all: m.joins_all, gathered: m.joins_gathered, none: m.joins_none,
};

/** A room's name; its address while that is not known. */
export function roomName(room: Room, state: RoomState | null): string {
  return state?.name ?? room.name ?? room.url.replace(/^wss?:\/\//, "").replace(/\/$/, "");
}
