// What the gallery shows: the states of the page that are worth looking at.
import type { ActState, AppState, Dialect, Entry, Hosting, Invite, NearbyRoom, Outside, OwnLine, OwnRoom, Person, RecentRoom, RefusalCode, Room, RoomSnapshot, Status, Storage } from "../../src/wire";
import { alone, CARRIER, carrier, MAPPED, mapped, mixed, OUTER } from "./reports";
import type { Script } from "./scripted";

export type Scene = "first" | "join-error" | "joining" | "host-error" | "hosting" | "share" | "reconnecting" | "classic"
  | "settings" | "closing" | "failed" | "hostile" | "stopped" | "long" | "joined-empty" | "host-dialog" | "join-dialog"
  | "nickname" | "keys" | "comings" | "gap" | "restarted" | "unread" | "past" | "selected" | "context" | "tall" | "tall-first"
  | "search" | "search-none" | "search-part" | "jumped" | "room-menu" | "exported" | "keep-trouble" | "storage-full"
  | "storage-damaged" | "first-again" | "host-choice" | "own-rooms" | "own-rooms-none" | "own-room-menu" | "own-room-exported"
  | "own-room-failed" | "retention" | "delete-room"
  | "closed" | "closed-none" | "share-closed" | "share-none" | "share-others" | "share-nowhere" | "access-open" | "access" | "access-none" | "access-many" | "invite-form"
  | "invite-qr" | "invite-revoke" | "password-new" | "join-nearby" | "join-recent" | "join-looking" | "join-password" | "join-invite" | "join-wrong-key"
  | "join-in" | "join-already" | "join-other-key" | "links"
  | "doctor" | "doctor-looking" | "doctor-alone" | "doctor-carrier" | "doctor-mapped" | "doctor-error" | "doctor-nowhere"
  | "opened" | "opened-unnamed" | "opened-wrong" | "opened-password" | "reader" | "encrypted"
  | "guest-password" | "guest-invite" | "guest-reader"
  | "first-minute" | "first-full" | "first-quiet" | "shown-out" | "guest-door" | "guest-door-closed" | "guest-quiet" | "guest-shown-out"
  | "resting" | "resting-welcome" | "stop-asked" | "stop-undo"
  | "guest-translated" | "guest-card" | "guest-room" | "guest-menu" | "guest-people" | "guest-settings" | "guest-reconnecting";

const NOW = Date.parse("2026-11-22T12:08:00+08:00");

const people: Person[] = [
  person("m-ming", "阿明"), person("m-li", "小李"), person("m-wei", "Wei", "classic"), person("m-chen", "陈老师"),
];

function person(member: string, nickname: string, dialect: Dialect = "v1"): Person {
  return { member, nickname, dialect };
}

class Log {
  entries: Entry[] = [];
  seq = 0;

  add(at: string, who: string, body: string | { kind: "joined" } | { kind: "left" } | { kind: "renamed"; old: string }, id?: string): this {
    const [member, nickname] = who.split("=") as [string, string];
    const what = typeof body === "string" ? { kind: "message" as const, text: body } : body;
    const day = at.includes("T") ? at : `2026-11-22T${at}`;
    const entry = { seq: this.seq + 1, prev: this.seq, at: new Date(`${day}:00+08:00`).toISOString(), from: { member, nickname }, ...what };
    this.entries.push(id === undefined ? entry : { ...entry, id });
    this.seq += 1;
    return this;
  }
}

const LI = "m-li=小李", MING = "m-ming=阿明", WEI = "m-wei=Wei", WANG = "m-wang=老王";

function talk(): Log {
  return new Log()
    .add("2026-11-21T21:40", "m-chen=陈老师", "明天读第三章，记得带上问题。")
    .add("11:58", LI, { kind: "joined" })
    .add("12:01", LI, "大家好！这周读到第三章了，“所有权”那一节我看了两遍 😅")
    .add("12:01", LI, "有没有人能讲讲 Arc<Mutex<T>> 什么时候才需要？")
    .add("12:02", MING, "跨任务共享又要改的时候。不过先想想能不能只让一个任务拥有它，\n例如 https://doc.rust-lang.org/book/ch16-02-message-passing.html", "a1")
    .add("12:03", "m-chen=陈老师", { kind: "renamed", old: "陈" })
    .add("12:05", WEI, "joined from the browser on my phone, works great. 能把第四章的笔记也发一下吗？")
    .add("12:06", WANG, { kind: "left" });
}

function snapshot(change: Partial<RoomSnapshot> = {}): RoomSnapshot {
  const log = talk();
  return {
    url: "ws://192.168.1.23:8080", name: "周五读书会", status: connected("v1"), you: { member: "m-ming", nickname: "阿明" },
    people, online: people.length, roster_at: (change.entries ?? log.entries).at(-1)?.seq ?? 0, log: "log-1", resumed: false, entries: log.entries, more: false, gaps: [],
    own: [own("好，马上发。", { state: "sent" })], limits: { text_bytes: 16384, nickname_chars: 32, frame_bytes: 65536 },
    trouble: null, ...change,
  };
}

function connected(dialect: Dialect): Status {
  return { state: "connected", dialect };
}

let made = 0;
function own(text: string, state: ActState): OwnLine {
  const time = (NOW - 30_000 + made++).toString(16).padStart(12, "0");
  return { type: "post", id: `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-00000000000${made}`, text, state };
}

const hosting: Hosting = {
  state: "on", port: 8080, asked_port: 8080, reach: "network", foreign_pages: false, outside: { state: "off" }, room: "r1", id: "friday", storage: "fine",
  way_in: "addresses",
  access: { closed: false, password: false }, invites: [], fragment: "p=_____________________w",
  addresses: [
    { url: "ws://192.168.1.23:8080", page: "http://192.168.1.23:8080/", kind: "lan" },
    { url: "ws://100.84.12.7:8080", page: "http://100.84.12.7:8080/", kind: "vpn" },
    { url: "ws://172.17.0.1:8080", page: "http://172.17.0.1:8080/", kind: "virtual" },
  ],
};

/** The room by invitation. */
function closed(invites: Invite[], password = false): Hosting {
  return hosting.state === "on" ? { ...hosting, access: { closed: true, password }, invites } : hosting;
}

/** The room on a computer that is in no network. */
function nowhere(): Hosting {
  return hosting.state === "on" ? { ...hosting, addresses: [], way_in: "no_network" } : hosting;
}

function withIpv6(): Hosting {
  const six = { url: "ws://[fd00:1234:5678::9abc:def0]:8080", page: "http://[fd00:1234:5678::9abc:def0]:8080/", kind: "lan" as const };
  return hosting.state === "on" ? { ...hosting, addresses: [...hosting.addresses, six] } : hosting;
}

/** The room as the internet is to reach it. */
function reached(outside: Outside): Hosting {
  if (hosting.state !== "on") return hosting;
  const outer = { url: `ws://${OUTER}`, page: `http://${OUTER}/`, kind: "public" as const };
  const addresses = outside.state === "mapped" ? [hosting.addresses[0]!, outer, ...hosting.addresses.slice(1)] : hosting.addresses;
  return { ...hosting, outside, addresses };
}

function invite(id: string, change: Partial<Invite> = {}): Invite {
  return {
    id, role: "member", note: "", made_at: "2026-11-20T02:00:00Z", expires_at: null, uses: null, used: 0, state: "good",
    fragment: `k=AAECAwQFBgcICQoLDA0O${id.slice(0, 2).padEnd(2, "w")}&p=_____________________w`, ...change,
  };
}

const invites: Invite[] = [
  invite("i1", { note: "读书会的新同学", expires_at: "2026-11-29T04:00:00Z", uses: 5, used: 2 }),
  invite("i2", { note: "旁听", role: "reader", used: 14 }),
  invite("i3", { expires_at: "2026-11-22T05:00:00Z", uses: 1 }),
  invite("i4", { note: "小李的同事", uses: 1, used: 1, state: "used_up" }),
  invite("i5", { note: "上周的聚会", expires_at: "2026-11-15T04:00:00Z", used: 8, state: "expired" }),
  invite("i6", { note: "发错群了", used: 1, state: "revoked" }),
];

/** Fifty of them, with every length of note. */
const manyInvites = Array.from({ length: 50 }, (_, i) => invite(`m${i}`, {
  note: "一张很长的备注 with words ".repeat(i % 5).trim(), role: i % 3 === 0 ? "reader" : "member", uses: i % 2 === 0 ? 1000 : null, used: i * 7,
  expires_at: i % 4 === 0 ? null : new Date(NOW + i * i * 600_000 + 60_000).toISOString(),
}));

const nearby: NearbyRoom[] = [
  { name: "会议室 B 的围炉", address: "192.168.1.40:8080", link: "hearth://192.168.1.40:8080#p=_____________________g", invite: false, open: null },
  { name: "老王的电脑", address: "192.168.1.77:8080", link: "hearth://192.168.1.77:8080#p=_____________________Q", invite: true, open: null },
  { name: "名字很长很长很长很长的一个房间，在走廊尽头", address: "[fd00:1234:5678::9abc:def0]:8081", link: "hearth://[fd00:1234:5678::9abc:def0]:8081", invite: true, open: null },
];

const recent: RecentRoom[] = [
  { id: 3, name: "读书会", address: "wss://192.168.1.23:8080" },
  { id: 2, name: null, address: "ws://192.168.1.50:8080" },
  { id: 1, name: "名字很长很长很长很长的一个房间，在走廊尽头", address: "wss://[fd00:1234:5678::9abc:def0]:8081" },
];

/** Links between words. */
const LINKS = new Log()
  .add("12:00", LI, "看这个https://example.com/a，网址https://example.com这个不错（https://example.com/b）。")
  .add("12:01", WANG, "https://zh.wikipedia.org/wiki/火 和 https://zh.wikipedia.org/wiki/火_(元素)#历史，还有https://example.com/?q=你好！")
  .add("12:02", LI, "来我的房间：http://192.168.1.23:8080/#k=AAECAwQFBgcICQoLDA0ODw&p=_____________________w快来，或者hearth://192.168.1.40:8080、ws://192.168.1.77:8080")
  .add("12:03", WANG, "https://a.cnhttps://b.cn；写给mail@example.org吧，资料在www.example.org好").entries;

const OPENED = { link: "hearth://192.168.1.77:8080#k=AAECAwQFBgcICQoLDA0ODw&p=_____________________w", address: "192.168.1.77:8080", problem: null };

function stored(storage: Storage): Hosting {
  return hosting.state === "on" ? { ...hosting, storage } : hosting;
}

function app(change: Partial<AppState> = {}): AppState {
  return {
    settings: {
      nickname: "阿明", language: "system", theme: "system", send_key: "enter", closing: "ask", keep_awake: true, nearby: true, zoom: 100,
      host: { room: null, name: "", port: 8080, reach: "network", foreign_pages: false, outside: false },
    },
    hosting: { state: "off" }, rooms: [], own_rooms: [], nearby: [], recent: [], opened: null, version: "0.1.0", ...change,
  };
}

function room(key: string, name: string | null, url: string, hosted = false): Room {
  return { key, name, url, hosted };
}

const OFFICE = room("r2", "三楼办公室", "ws://192.168.1.40:8080");
const RUST = room("r3", "Rust 学习小组", "wss://chat.example.org");
const OWN = room("r1", "周五读书会", "ws://127.0.0.1:8080", true);
const BOOKS = room("r1", "周五读书会", "ws://192.168.1.23:8080");

const opened = new Log().add("12:07", MING, { kind: "joined" }).entries;
const nobodySpoke: Partial<RoomSnapshot> = {
  entries: new Log().add("12:07", MING, { kind: "joined" }).add("12:08", LI, { kind: "joined" }).entries, own: [],
  you: { member: "m-li", nickname: "小李" }, people: people.slice(0, 2), online: 2, owner: "m-ming",
};
const shownOut: Status = { state: "disconnected", error: { code: "hello_refused", reason: "invite_revoked" } };

/** A room of one's own that nobody hosts. */
const RESTING: Room = { key: "own-friday", name: "周五读书会", url: "", hosted: false, own: "friday" };
const rested = snapshot({ url: "", status: { state: "disconnected", error: null }, people: [], online: 0, roster_at: null, own: [], read: talk().seq });

const office = snapshot({
  url: OFFICE.url, name: OFFICE.name, own: [], log: "log-2",
  entries: new Log().add("12:04", LI, "午饭吃什么？").add("12:05", WANG, "楼下新开了一家").add("12:05", WANG, "面馆").entries,
});
const rust = snapshot({
  url: RUST.url, name: RUST.name, own: [], log: "log-3", entries: [],
  status: { state: "reconnecting", in_ms: 3000, attempt: 2, error: { code: "link_broken" } },
});

const KEEP_ALL = { days: null, mebibytes: null };
const FILE = "/home/ming/.local/share/hearth/rooms/old.sqlite";
const ownRooms: OwnRoom[] = [
  { id: "friday", name: "周五读书会", bytes: 3_565_158, last_at: "2026-11-22T04:06:00Z", retention: KEEP_ALL, problem: null },
  { id: "office", name: "三楼办公室 · 午饭与加班", bytes: 88_604, last_at: "2026-10-03T01:20:00Z", retention: { days: 90, mebibytes: null }, problem: null },
  { id: "old", name: "old.sqlite", bytes: 48_234_496, last_at: null, retention: KEEP_ALL, problem: { code: "damaged", file: FILE } },
  { id: "family", name: "家", bytes: 4096, last_at: null, retention: { days: null, mebibytes: 200 }, problem: { code: "in_use" } },
];

function withOthers(first: RoomSnapshot): NonNullable<Script["rooms"]> {
  return {
    r1: [{ type: "snapshot", room: first }], r2: [{ type: "snapshot", room: office }], r3: [{ type: "snapshot", room: rust }],
  };
}

const hostScene: Script = { app: app({ hosting, rooms: [OWN, OFFICE, RUST] }), rooms: withOthers(snapshot({ url: OWN.url })) };
const guest = (change: Partial<RoomSnapshot>, more: Partial<Script> = {}): Script => ({
  app: app({ rooms: [BOOKS, OFFICE] }), rooms: withOthers(snapshot(change)), ...more,
});

/** Somebody in an ordinary browser: one room, and nothing of their own. */
const visitor = (change: Partial<RoomSnapshot> = {}): Script => ({
  app: app({ settings: { ...app().settings, nickname: "小红" }, rooms: [BOOKS] }),
  can: { hosting: false, joining: false, keeping: false },
  appLink: "hearth://192.168.1.23:8080#k=AAECAwQFBgcICQoLDA0ODw",
  rooms: { r1: [{ type: "snapshot", room: snapshot({
    you: { member: "m-hong", nickname: "小红" }, people: [...people, person("m-hong", "小红")], online: people.length + 1,
    own: [own("我用手机的浏览器来的", { state: "sent" })], ...change,
  }) }] },
});

/** Whoever the host did not let in. */
function refused(reason: RefusalCode): Partial<RoomSnapshot> {
  const status: Status = { state: "disconnected", error: { code: "hello_refused", reason } };
  return { status, you: null, name: null, log: null, entries: [], own: [], people: [], online: 0, roster_at: null };
}

export function sceneOf(scene: Scene): Script {
  switch (scene) {
    case "first":
      return { app: app({ settings: { ...app().settings, nickname: "" } }) };
    case "join-error":
      return { app: app(), joinFails: { error: "connect", connect: { code: "refused", host: "192.168.1.99", port: 8080 } } };
    case "joining":
      return { app: app(), joinFails: "pending" };
    case "host-error":
      return { app: app(), hostFails: { error: "host", host: { code: "port_forbidden", port: 80 } } };
    case "guest-card":
      return { ...visitor({ own: [] }), app: app({ settings: { ...app().settings, nickname: "" } }), entered: [BOOKS] };
    case "guest-password":
      return { ...visitor(refused("password_needed")), password: "炉火" };
    case "guest-invite":
      return visitor(refused("invite_expired"));
    case "guest-reader":
      return visitor({ role: "reader", own: [] });
    case "guest-translated":
    case "guest-room":
    case "guest-menu":
    case "guest-people":
    case "guest-settings":
      return visitor();
    case "guest-reconnecting":
      return visitor({
        status: { state: "reconnecting", in_ms: 3000, attempt: 1, error: { code: "link_broken" } },
        own: [
          own("排队中的一行：连上就发", { state: "queued" }),
          own("这一行太长了……", { state: "failed", reason: { code: "refused", reason: "text_too_long" } }),
        ],
      });
    case "reconnecting":
      return guest({
        status: { state: "reconnecting", in_ms: 3000, attempt: 1, error: { code: "link_broken" } },
        own: [own("排队中的一行：连上就发", { state: "queued" })],
      });
    case "stopped":
      return guest({ status: { state: "disconnected", error: { code: "certificate", host: "192.168.1.23", problem: "expired" } }, own: [] });
    case "classic":
      return guest({
        status: connected("classic"), you: null, people: [], online: 0, roster_at: null, name: null,
        own: [own("这里没有回执，回来的那一行就是确认", { state: "sent" })],
        entries: new Log().add("11:58", LI, { kind: "joined" }).add("12:01", LI, "大家好").add("12:06", LI, { kind: "left" }).entries,
      });
    case "failed":
      return guest({ own: [
        own("这一行太长了……", { state: "failed", reason: { code: "refused", reason: "text_too_long" } }),
        own("这一行不知道到了没有", { state: "failed", reason: { code: "unconfirmed" } }),
        own("这一行在路上", { state: "queued" }),
      ] });
    case "comings":
      return guest({ entries: comings(), own: [] });
    case "gap":
      return guest({ gaps: [{ after: 4, to: 5 }], entries: talk().entries.filter((e) => e.seq !== 5) });
    case "restarted": {
      const again = new Log().add("12:10", LI, { kind: "joined" }).add("12:11", LI, "又回来了");
      const anew = snapshot({ log: "log-1b", entries: again.entries, own: [] });
      const before = snapshot({ own: [] });
      const updates = [before, anew].map((room) => ({ type: "snapshot" as const, room }));
      return guest({}, { rooms: { ...withOthers(before), r1: updates } });
    }
    case "tall":
      return tall();
    case "tall-first":
      return {
        app: app({
          nearby: TALL.slice(0, 3).map((name, i) => ({ ...nearby[i]!, name })),
          recent: TALL.slice(3).map((name, i) => ({ ...recent[i]!, name })), own_rooms: tallRooms,
        }),
      };
    case "hostile":
      return hostile();
    case "long":
      return guest({ entries: many(3000), more: true, own: [] });
    case "unread":
      // The user comes back after 270 lines were read.
      return guest({ entries: many(300), own: [], read: 270 });
    case "past": {
      const all = past(10_000);
      return guest({ entries: all.slice(-50), more: true, own: [] }, { kept: { r1: all } });
    }
    case "search":
    case "search-none":
    case "room-menu":
    case "exported":
      return guest({ own: [] }, { kept: { r1: told } });
    case "search-part":
      return { ...sceneOf("classic"), kept: { r1: [] }, searchedWhole: false };
    case "jumped": {
      const all = [...told, ...past(2000).map((entry) => ({ ...entry, seq: entry.seq + 500, prev: entry.prev + 500 }))];
      return guest({ entries: all.slice(-50), more: true, own: [] }, { kept: { r1: all } });
    }
    case "keep-trouble":
      return guest({ trouble: "full", own: [own("排队中的一行：连上就发", { state: "queued" })] });
    case "storage-full":
    case "storage-damaged":
      return { ...hostScene, app: { ...hostScene.app, hosting: stored(scene === "storage-full" ? "full" : "damaged") } };
    case "first-again":
      return { app: app({ own_rooms: ownRooms }) };
    case "host-choice":
      return guest({}, { app: app({ rooms: [BOOKS, OFFICE], own_rooms: ownRooms }) });
    case "own-rooms-none":
      return guest({});
    case "own-rooms":
    case "own-room-menu":
    case "own-room-exported":
    case "own-room-failed":
    case "retention":
    case "delete-room":
      return {
        ...hostScene, app: { ...hostScene.app, own_rooms: ownRooms },
        exported: { file: "/home/ming/下载/三楼办公室 · 午饭与加班.html", entries: 1284, unreadable: 2 },
        ...(scene === "own-room-failed" ? { ownFails: { error: "room", problem: { code: "full" } } } : {}),
      };
    case "joined-empty":
    case "selected":
      return guest({ entries: [], own: [] });
    case "closing":
      return { ...hostScene, closeAsked: { others: 3, tray: true } };
    case "closed":
    case "share-closed":
    case "access":
    case "invite-form":
    case "invite-qr":
    case "invite-revoke":
      return { ...hostScene, app: { ...hostScene.app, hosting: closed(invites, true) } };
    case "share-nowhere":
    case "doctor-nowhere":
      return { ...hostScene, app: { ...hostScene.app, hosting: nowhere() }, report: { ...alone, addresses: [], port: 6666, refused_by_browsers: [6666] } };
    case "closed-none":
    case "share-none":
    case "access-none":
    case "password-new":
      return { ...hostScene, app: { ...hostScene.app, hosting: closed([]) } };
    case "access-many":
      return { ...hostScene, app: { ...hostScene.app, hosting: closed([...manyInvites, ...invites.slice(3)]) } };
    case "doctor":
      return { ...hostScene, app: { ...hostScene.app, hosting: withIpv6() }, report: mixed };
    case "doctor-alone":
      return { ...hostScene, report: alone };
    case "doctor-carrier":
      return { ...hostScene, app: { ...hostScene.app, hosting: reached(CARRIER) }, report: carrier };
    case "doctor-mapped":
      return { ...hostScene, app: { ...hostScene.app, hosting: reached(MAPPED) }, report: mapped };
    case "doctor-error":
      return { ...hostScene, examineFails: { error: "system", message: "Too many open files (os error 24)" } };
    case "join-nearby":
      return { app: app({ nearby }) };
    case "join-recent":
      return { app: app({ nearby: nearby.slice(0, 1), recent }) };
    case "join-in":
    case "join-already":
      return {
        app: app({ rooms: [BOOKS, OFFICE], nearby: nearby.map((room, i) => ({ ...room, open: i === 0 ? OFFICE.key : null })) }),
        rooms: withOthers(snapshot()),
      };
    case "join-other-key":
      return { app: app({ nearby }), otherKey: true };
    case "links":
      return { app: app({ rooms: [BOOKS, OFFICE] }), rooms: withOthers(snapshot({ entries: LINKS, own: [] })) };
    case "join-looking":
      return { app: app({ rooms: [BOOKS, OFFICE] }), rooms: withOthers(snapshot()) };
    case "join-password":
      return { app: app({ nearby }), password: "炉火" };
    case "join-invite":
      return { app: app({ nearby }), joinFails: { error: "connect", connect: { code: "hello_refused", reason: "invite_used_up" } } };
    case "join-wrong-key":
      return { app: app(), joinFails: { error: "connect", connect: { code: "wrong_key", host: "192.168.1.99" } } };
    case "opened":
      return guest({}, { app: app({ rooms: [BOOKS, OFFICE], opened: OPENED }) });
    case "opened-password":
      return guest({}, { app: app({ rooms: [BOOKS, OFFICE], opened: OPENED }), password: "炉火" });
    case "opened-unnamed":
      return { app: app({ opened: OPENED, settings: { ...app().settings, nickname: "" } }) };
    case "opened-wrong":
      return guest({}, { app: app({ rooms: [BOOKS, OFFICE], opened: { link: "hearth://#k=AAEC", address: null, problem: { reason: "link" } } }) });
    case "reader":
      return guest({ role: "reader", own: [] });
    case "encrypted": {
      const books = { ...BOOKS, url: "wss://192.168.1.23:8080" };
      return guest({ url: books.url }, { app: app({ rooms: [books, OFFICE] }) });
    }
    case "first-minute":
    case "first-full":
      return { ...hostScene, rooms: withOthers(snapshot({ url: OWN.url, entries: opened, own: [], people: people.slice(0, 1), online: 1, owner: "m-ming" })) };
    case "first-quiet":
      return guest(nobodySpoke);
    case "guest-quiet":
      return visitor(nobodySpoke);
    case "shown-out":
      return guest({ status: shownOut, own: [] });
    case "guest-shown-out":
      return visitor({ status: shownOut, own: [] });
    case "guest-door":
      return { ...sceneOf("guest-card"), door: { sign: { name: "周五读书会", closed: false, password: false, owner: "阿明", online: 3 }, invited: false } };
    case "guest-door-closed":
      return { ...sceneOf("guest-card"), door: { sign: { name: "周五读书会", closed: true, password: false }, invited: false } };
    case "resting":
    case "resting-welcome":
      return { app: app({ rooms: [RESTING], own_rooms: ownRooms }), rooms: { [RESTING.key]: [{ type: "snapshot", room: rested }] }, kept: { [RESTING.key]: talk().entries } };
    case "host-dialog":
    case "join-dialog":
    case "nickname":
    case "keys":
      return guest({});
    default:
      return hostScene;
  }
}

/** What the searches of the gallery find: old lines and new ones, short and long. */
const told: Entry[] = [
  ...new Log()
    .add("2025-12-24T20:15", "m-chen=陈老师", "明年第一本读 The Book，先把所有权讲清楚。")
    .add("2026-10-01T09:30", WEI, `${"很长的一段话，讲了许多别的事。".repeat(8)}最后才说到所有权和借用，${"然后又讲了许多别的事。".repeat(12)}`)
    .add("2026-11-20T18:02", WANG, "Ownership 不就是“所有权”吗？ownership rules: each value has one owner")
    .entries,
  ...talk().entries.map((entry) => ({ ...entry, seq: entry.seq + 100, prev: entry.prev + 100 })),
];

/** A lesson begins: many come, some go, one is back at once. */
function comings(): Entry[] {
  const log = new Log().add("11:58", "m-chen=陈老师", "我们十二点开始，先进来的先聊。");
  for (let i = 1; i <= 12; i++) log.add(`11:5${i < 9 ? 8 : 9}`, `m-${i}=${["林晓", "Wei", "小周", "Alexandra", "阿华"][i % 5]}${i > 5 ? i : ""}`, { kind: "joined" });
  log.add("12:00", "m-chen=陈老师", "人差不多了，开始。");
  log.add("12:01", LI, { kind: "joined" }).add("12:02", "m-x=Wei", { kind: "joined" }).add("12:04", WANG, { kind: "left" }).add("12:05", "m-chen=陈老师", { kind: "renamed", old: "陈" });
  log.add("12:05", MING, "好的。").add("12:06", WANG, { kind: "joined" });
  return log.add("12:07", MING, "作业在群文件里。").entries;
}

function many(count: number): Entry[] {
  const log = new Log();
  for (let i = 0; i < count; i++) {
    const minute = String(Math.floor(i / 60) % 60).padStart(2, "0");
    log.add(`11:${minute}`, [LI, MING, WEI][Math.floor(i / 4) % 3]!, `第 ${i + 1} 行 ${"字".repeat((i * 7) % 90)}`);
  }
  return log.entries;
}

/** Years of talk: days, pauses and lines of every length. */
function past(count: number): Entry[] {
  const start = NOW - count * 7 * 60_000;
  return Array.from({ length: count }, (_, i) => i + 1).map((seq) => {
    const [member, nickname] = [LI, MING, WEI][Math.floor(seq / 3) % 3]!.split("=") as [string, string];
    const words = seq % 17 === 0 ? "第一行\n第二行\n第三行" : "字".repeat((seq * 37) % 140);
    const at = new Date(start + seq * 7 * 60_000 - (seq % 4) * 5 * 60_000).toISOString();
    return { seq, prev: seq - 1, at, from: { member, nickname }, kind: "message", text: `line ${seq} ${words}` };
  });
}

/** Names in scripts that need room above and below, and, for computers without their fonts, letters with piled-up marks. */
const TALL = ["ပြည်နယ်", "བསྒྲུབས་ཀྱི", "ที่นี่ ปู่ญี่", "ស្ត្រីខ្មែរ", "نستعلیق ہیں چھے", "A\u0323\u0323\u0323\u0323\u0323g\u0302\u0302\u0302\u0302"];
const tallRooms = TALL.map((name, i): OwnRoom => ({ ...ownRooms[0]!, id: `tall-${i}`, name }));

function tall(): Script {
  const log = new Log();
  TALL.forEach((name, i) => log.add("12:00", `m-${i}=${name}`, `${name} ${name} whole`));
  const entries = log.entries;
  const first = snapshot({ url: OWN.url, name: TALL[0]!, entries, own: [], people: TALL.map((name, i) => person(`m-${i}`, name)), you: { member: "m-1", nickname: TALL[1]! } });
  const rooms = [{ ...OWN, name: TALL[0]! }, { ...OFFICE, name: TALL[1]! }, { ...RUST, name: TALL[5]! }];
  const invites = TALL.map((note, i) => invite(`t${i}`, { note }));
  return {
    app: app({ settings: { ...app().settings, nickname: TALL[1]! }, hosting: closed(invites), rooms, own_rooms: tallRooms }),
    rooms: {
      r1: [{ type: "snapshot", room: first }], r2: [{ type: "snapshot", room: { ...office, name: TALL[1]! } }],
      r3: [{ type: "snapshot", room: { ...rust, name: TALL[5]! } }],
    },
    kept: { r1: entries },
  };
}

function hostile(): Script {
  const wide = `m-wide=${"龘".repeat(32)}`;
  const entries = new Log()
    .add("11:50", "m-rtl=שלום ‏עולם", "مرحبا بالعالم (hello) 123!")
    .add("11:51", "m-rtl=שלום ‏עולם", "user\u202egnp.exe is not a picture")
    .add("11:52", wide, `很长的词：${"w".repeat(600)}`)
    .add("11:53", "m-z=Z̷̢͉̈́a̸l̶g̵o̴", `Z${"\u0317\u0336\u0363\u0489\u0300".repeat(30)}algo${"\u0300\u0317".repeat(60)} stays in its line`)
    .add("11:54", LI, "见 a.md 和 readme.rs，别点 javascript:alert(1) 或 file:///etc/passwd")
    .add("11:55", LI, "https://bank.example@evil.example/login 和 https://аррӏе.com/ 还有 www.example.org、mail@example.org")
    .add("11:56", WEI, `<img src=x onerror="alert(1)"> **not bold** ${"长文 ".repeat(1200)}`)
    .add("12:00", wide, { kind: "renamed", old: "\u202eevil" })
    .add("12:01", WEI, "👩‍👩‍👧‍👦🏳️‍🌈 一家人");
  const crowd = [...people, person("m-wide", "龘".repeat(32)), person("m-rtl", "שלום ‏עולם")];
  return guest({ entries: entries.entries, own: [], people: crowd, online: 1234, name: "非常非常非常非常非常非常非常长的房间名 with words" });
}
