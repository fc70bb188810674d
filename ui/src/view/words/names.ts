// Words for values that are chosen or shown.
import type { SystemRow } from "../../model/room/rows";
import type { RoomState } from "../../model/room/state";
import { m } from "../../paraglide/messages.js";
import type { AddressKind, Closing, ExportFormat, KeepTrouble, Language, OwnRoom, Reach, Retention, Room, SendKey, Storage, Theme } from "../../wire";
import { shortMoment } from "./time";

export const kindWords: Record<AddressKind, () => string> = {
  lan: m.kind_lan, public: m.kind_public, vpn: m.kind_vpn, virtual: m.kind_virtual, loopback: m.kind_loopback,
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

/** About how many characters, to two places: `5400 字`, `29 万字`, `5,400 characters`. */
export function charsWords(count: number, locale: string, towards: "up" | "down"): string {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, count))) - 1);
  const about = (towards === "up" ? Math.ceil(count / step) : Math.floor(count / step)) * step;
  const text = locale !== "zh-CN" ? about.toLocaleString(locale) : about >= 10_000 ? `${about / 10_000} 万` : `${about} `;
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
  system: m.language_system, "zh-CN": () => "简体中文", en: () => "English",
};

/** A piece of a sentence; names are set apart, so that none of them can reorder it. */
export interface Piece { text: string; name: boolean }

/** "小李 加入聊天". */
export function systemWords(row: SystemRow): Piece[] {
  const sentence = SYSTEM[row.event]({ nickname: NICKNAME, old: OLD });
  return sentence.split(/([\ue000\ue001])/).filter((text) => text !== "").map((text) => {
    if (text === NICKNAME) return { text: row.nickname, name: true };
    if (text === OLD) return { text: row.old ?? "", name: true };
    return { text, name: false };
  });
}

// Stand-ins that no sentence contains and no nickname may contain.
const NICKNAME = "\ue000";
const OLD = "\ue001";

const SYSTEM: Record<SystemRow["event"], (names: { nickname: string; old: string }) => string> = {
  joined: m.joined, left: m.left, renamed: m.renamed,
};

/** A room's name; its address while that is not known. */
export function roomName(room: Room, state: RoomState | null): string {
  return state?.name ?? room.name ?? room.url.replace(/^wss?:\/\//, "").replace(/\/$/, "");
}
