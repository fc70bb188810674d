// The scenes of a room: what is said in it, and how its link stands.
import type { RoomSnapshot } from "../../../src/wire";
import type { Script } from "../scripted";
import { hostileTalk } from "./hostile";
import { comings, LI, Log, many, past, people, person, talk, told, WANG, WEI } from "./log";
import { app, BOOKS, connected, guest, nobodySpoke, OFFICE, own, shownOut, snapshot, withOthers } from "./rooms";

/** Links between words. */
const LINKS = new Log()
  .add("12:00", LI, "看这个https://example.com/a，网址https://example.com这个不错（https://example.com/b）。")
  .add("12:01", WANG, "https://zh.wikipedia.org/wiki/火 和 https://zh.wikipedia.org/wiki/火_(元素)#历史，还有https://example.com/?q=你好！")
  .add("12:02", LI, "来我的房间：http://192.168.1.23:8080/#k=AAECAwQFBgcICQoLDA0ODw&p=_____________________w快来，或者hearth://192.168.1.40:8080、ws://192.168.1.77:8080")
  .add("12:03", WANG, "https://a.cnhttps://b.cn；写给mail@example.org吧，资料在www.example.org好").entries;

/** What is searched in: old lines and new ones. */
const searched = (): Script => guest({ own: [] }, { kept: { r1: told } });

const classic = (): Script => guest({
  status: connected("classic"), you: null, people: [], online: 0, roster_at: null, name: null,
  own: [own("这里没有回执，回来的那一行就是确认", { state: "sent" })],
  entries: new Log().add("11:58", LI, { kind: "joined" }).add("12:01", LI, "大家好").add("12:06", LI, { kind: "left" }).entries,
});

/** Nobody has said a thing for as long as one can read back. */
const empty = (): Script => guest({ entries: [], own: [] });

/** A room like any other. */
const plain = (): Script => guest({});

/** Behind all that somebody may try, what has to be looked at. */
export function hostileRoom(): Partial<RoomSnapshot> {
  const wide = `m-wide=${"龘".repeat(32)}`;
  const { entries, callers } = hostileTalk();
  const log = new Log();
  log.entries.push(...entries);
  log.seq = entries.length;
  log.add("11:50", "m-rtl=שלום ‏עולם", "مرحبا بالعالم (hello) 123!")
    .add("11:51", "m-rtl=שלום ‏עולם", "user\u202egnp.exe is not a picture")
    .add("11:52", wide, `很长的词：${"w".repeat(600)}`)
    .add("11:53", "m-z=Z̷̢͉̈́a̸l̶g̵o̴", `Z${"\u0317\u0336\u0363\u0489\u0300".repeat(30)}algo${"\u0300\u0317".repeat(60)} stays in its line`)
    .add("11:54", LI, "见 a.md 和 readme.rs，别点 javascript:alert(1) 或 file:///etc/passwd")
    .add("11:55", LI, "https://bank.example@evil.example/login 和 https://аррӏе.com/ 还有 www.example.org、mail@example.org")
    .add("11:56", WEI, `<img src=x onerror="alert(1)"> **not bold** ${"长文 ".repeat(1200)}`)
    .add("12:00", wide, { kind: "renamed", old: "\u202eevil" })
    .add("12:01", WEI, "👩‍👩‍👧‍👦🏳️‍🌈 一家人");
  const crowd = [...people, person("m-wide", "龘".repeat(32)), person("m-rtl", "שלום ‏עולם"), ...callers];
  return { entries: log.entries, own: [], people: crowd, online: 1234, name: "非常非常非常非常非常非常非常长的房间名 with words" };
}

/** The host has opened the room anew. */
function restarted(): Script {
  const again = new Log().add("12:10", LI, { kind: "joined" }).add("12:11", LI, "又回来了");
  const anew = snapshot({ log: "log-1b", entries: again.entries, own: [] });
  const before: RoomSnapshot = snapshot({ own: [] });
  const updates = [before, anew].map((room) => ({ type: "snapshot" as const, room }));
  return guest({}, { rooms: { ...withOthers(before), r1: updates } });
}

function jumped(): Script {
  const all = [...told, ...past(2000).map((entry) => ({ ...entry, seq: entry.seq + 500, prev: entry.prev + 500 }))];
  return guest({ entries: all.slice(-50), more: true, own: [] }, { kept: { r1: all } });
}

function long(): Script {
  const all = past(10_000);
  return guest({ entries: all.slice(-50), more: true, own: [] }, { kept: { r1: all } });
}

export const talkScenes = {
  reconnecting: () => guest({
    status: { state: "reconnecting", in_ms: 3000, attempt: 1, error: { code: "link_broken" } },
    own: [own("排队中的一行：连上就发", { state: "queued" })],
  }),
  stopped: () => guest({ status: { state: "disconnected", error: { code: "certificate", host: "192.168.1.23", problem: "expired" } }, own: [] }),
  classic,
  failed: () => guest({ own: [
    own("这一行太长了……", { state: "failed", reason: { code: "refused", reason: "text_too_long" } }),
    own("这一行不知道到了没有", { state: "failed", reason: { code: "unconfirmed" } }),
    own("这一行在路上", { state: "queued" }),
  ] }),
  comings: () => guest({ entries: comings(), own: [] }),
  gap: () => guest({ gaps: [{ after: 4, to: 5 }], entries: talk().entries.filter((e) => e.seq !== 5) }),
  restarted,
  hostile: () => guest(hostileRoom()),
  links: () => guest({ entries: LINKS, own: [] }),
  long: () => guest({ entries: many(3000), more: true, own: [] }),
  // The user comes back after 270 lines were read.
  unread: () => guest({ entries: many(300), own: [], read: 270 }),
  past: long,
  search: searched,
  "search-none": searched,
  "search-part": () => ({ ...classic(), kept: { r1: [] }, searchedWhole: false }),
  "room-menu": searched,
  exported: searched,
  jumped,
  "keep-trouble": () => guest({ trouble: "full", own: [own("排队中的一行：连上就发", { state: "queued" })] }),
  "joined-empty": empty,
  selected: empty,
  "first-quiet": () => guest(nobodySpoke, { app: app({ settings: { ...app().settings, nickname: "小李" }, rooms: [BOOKS, OFFICE] }) }),
  "shown-out": () => guest({ status: shownOut, own: [] }),
  reader: () => guest({ role: "reader", own: [] }),
  encrypted: () => {
    const books = { ...BOOKS, url: "wss://192.168.1.23:8080" };
    return guest({ url: books.url }, { app: app({ rooms: [books, OFFICE] }) });
  },
  "host-dialog": plain,
  "join-dialog": plain,
  nickname: plain,
  keys: plain,
} satisfies Record<string, () => Script>;
