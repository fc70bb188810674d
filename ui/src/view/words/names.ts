// Words for values that are chosen or told.
import { m } from "../../paraglide/messages.js";
import type { RoomState } from "../../model/room";
import type { SystemRow } from "../../model/timeline";
import type { AddressKind, Closing, Language, Reach, Room, Theme } from "../../wire";

export const kindWords: Record<AddressKind, () => string> = {
  lan: m.kind_lan, public: m.kind_public, vpn: m.kind_vpn, virtual: m.kind_virtual, loopback: m.kind_loopback,
};

export const reachWords: Record<Reach, () => string> = { network: m.reach_network, computer: m.reach_computer };

export const themeWords: Record<Theme, () => string> = { system: m.theme_system, light: m.theme_light, dark: m.theme_dark };

export const closingWords: Record<Closing, () => string> = {
  ask: m.closing_ask, keep: m.closing_keep, stop: m.closing_stop,
};

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
