// The rooms of the scenes, as the page is told of them, and the app around them.
import type { ActState, AppState, Dialect, OwnLine, Room, RoomSnapshot, Status } from "../../../src/wire";
import type { Script } from "../scripted";
import { LI, Log, MING, NOW, people, talk, WANG } from "./log";

export function snapshot(change: Partial<RoomSnapshot> = {}): RoomSnapshot {
  const log = talk();
  return {
    url: "ws://192.168.1.23:8080", name: "周五读书会", status: connected("v1"), you: { member: "m-ming", nickname: "阿明" },
    people, online: people.length, roster_at: (change.entries ?? log.entries).at(-1)?.seq ?? 0, log: "log-1", resumed: false, entries: log.entries, more: false, gaps: [],
    own: [own("好，马上发。", { state: "sent" })], limits: { text_bytes: 16384, nickname_chars: 32, frame_bytes: 65536 },
    trouble: null, ...change,
  };
}

export function connected(dialect: Dialect): Status {
  return { state: "connected", dialect };
}

let made = 0;
export function own(text: string, state: ActState): OwnLine {
  const time = (NOW - 30_000 + made++).toString(16).padStart(12, "0");
  return { type: "post", id: `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-00000000000${made}`, text, state };
}

export function app(change: Partial<AppState> = {}): AppState {
  return {
    settings: {
      nickname: "阿明", language: "system", theme: "system", send_key: "enter", show_typing: true, closing: "ask", keep_awake: true, nearby: true, zoom: 100,
      host: { room: null, name: "", port: 8080, reach: "network", foreign_pages: false, outside: false },
    },
    hosting: { state: "off" }, rooms: [], own_rooms: [], nearby: [], recent: [], opened: null, version: "0.1.0", ...change,
  };
}

function room(key: string, name: string | null, url: string, hosted = false): Room {
  return { key, name, url, hosted };
}

export const OFFICE = room("r2", "三楼办公室", "ws://192.168.1.40:8080");
export const RUST = room("r3", "Rust 学习小组", "wss://chat.example.org");
export const OWN = room("r1", "周五读书会", "ws://127.0.0.1:8080", true);
export const BOOKS = room("r1", "周五读书会", "ws://192.168.1.23:8080");

export const office = snapshot({
  url: OFFICE.url, name: OFFICE.name, own: [], log: "log-2",
  entries: new Log().add("12:04", LI, "午饭吃什么？").add("12:05", WANG, "楼下新开了一家").add("12:05", WANG, "面馆").entries,
});
export const rust = snapshot({
  url: RUST.url, name: RUST.name, own: [], log: "log-3", entries: [],
  status: { state: "reconnecting", in_ms: 3000, attempt: 2, error: { code: "link_broken" } },
});

export function withOthers(first: RoomSnapshot): NonNullable<Script["rooms"]> {
  return {
    r1: [{ type: "snapshot", room: first }], r2: [{ type: "snapshot", room: office }], r3: [{ type: "snapshot", room: rust }],
  };
}

/** Somebody in a room of another. */
export const guest = (change: Partial<RoomSnapshot>, more: Partial<Script> = {}): Script => ({
  app: app({ rooms: [BOOKS, OFFICE] }), rooms: withOthers(snapshot(change)), ...more,
});

/** Others are there, and nobody has said a thing. */
export const nobodySpoke: Partial<RoomSnapshot> = {
  entries: new Log().add("12:07", MING, { kind: "joined" }).add("12:08", LI, { kind: "joined" }).entries, own: [],
  you: { member: "m-li", nickname: "小李" }, people: people.slice(0, 2), online: 2, owner: "m-ming",
};

export const shownOut: Status = { state: "disconnected", error: { code: "hello_refused", reason: "invite_revoked" } };
