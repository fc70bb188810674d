// The room of one's own in the scenes: how it is hosted, who was invited, and what is kept.
import type { Hosting, Invite, Outside, OwnRoom, Visit } from "../../../src/wire";
import { OUTER } from "../reports";
import type { Script } from "../scripted";
import { NOW } from "./log";
import { app, OFFICE, OWN, RUST, snapshot, withOthers } from "./rooms";

type Hosted = Extract<Hosting, { state: "on" }>;

export const hosting: Hosted = {
  state: "on", port: 8080, asked_port: 8080, reach: "network", foreign_pages: false, outside: { state: "off" }, room: "r1", id: "friday", storage: "fine",
  way_in: "addresses",
  access: { closed: false, password: false }, invites: [], rules: {}, fragment: "p=_____________________w",
  addresses: [
    { url: "ws://192.168.1.23:8080", page: "http://192.168.1.23:8080/", kind: "lan" },
    { url: "ws://100.84.12.7:8080", page: "http://100.84.12.7:8080/", kind: "vpn" },
    { url: "ws://172.17.0.1:8080", page: "http://172.17.0.1:8080/", kind: "virtual" },
  ],
};

/** The room by invitation. */
export function closed(invites: Invite[], password = false): Hosted {
  return { ...hosting, access: { closed: true, password }, invites };
}

/** The room on a computer that is in no network, at a port that no browser opens. */
export const nowhere: Hosted = { ...hosting, port: 6666, asked_port: 6666, addresses: [], way_in: "no_network" };

export const withIpv6: Hosted = {
  ...hosting,
  addresses: [...hosting.addresses, { url: "ws://[fd00:1234:5678::9abc:def0]:8080", page: "http://[fd00:1234:5678::9abc:def0]:8080/", kind: "lan" }],
};

/** Those whom the doctor's reports tell of came in. */
export const LI_CAME: Visit = { by: "小李", at: "2026-11-22T04:03:00Z", from: "network" };
export const WEI_CAME: Visit = { by: "Wei", at: "2026-11-22T04:06:00Z", from: "internet" };

/** The room as the internet is to reach it. */
export function reached(outside: Outside): Hosted {
  const outer = { url: `ws://${OUTER}`, page: `http://${OUTER}/`, kind: "public" as const };
  const addresses = outside.state === "mapped" ? [hosting.addresses[0]!, outer, ...hosting.addresses.slice(1)] : hosting.addresses;
  return { ...hosting, outside, addresses };
}

export function invite(id: string, change: Partial<Invite> = {}): Invite {
  return {
    id, role: "member", note: "", made_at: "2026-11-20T02:00:00Z", expires_at: null, uses: null, used: 0, state: "good",
    fragment: `k=AAECAwQFBgcICQoLDA0O${id.slice(0, 2).padEnd(2, "w")}&p=_____________________w`, ...change,
  };
}

export const invites: Invite[] = [
  invite("i1", { note: "读书会的新同学", expires_at: "2026-11-29T04:00:00Z", uses: 5, used: 2 }),
  invite("i2", { note: "旁听", role: "reader", used: 14 }),
  invite("i3", { expires_at: "2026-11-22T05:00:00Z", uses: 1 }),
  invite("i4", { note: "小李的同事", uses: 1, used: 1, state: "used_up" }),
  invite("i5", { note: "上周的聚会", expires_at: "2026-11-15T04:00:00Z", used: 8, state: "expired" }),
  invite("i6", { note: "发错群了", used: 1, state: "revoked" }),
];

/** Fifty of them, with every length of note. */
export const manyInvites = Array.from({ length: 50 }, (_, i) => invite(`m${i}`, {
  note: "一张很长的备注 with words ".repeat(i % 5).trim(), role: i % 3 === 0 ? "reader" : "member", uses: i % 2 === 0 ? 1000 : null, used: i * 7,
  expires_at: i % 4 === 0 ? null : new Date(NOW + i * i * 600_000 + 60_000).toISOString(),
}));

const KEEP_ALL = { days: null, mebibytes: null };
const FILE = "/home/ming/.local/share/hearth/rooms/old.sqlite";
export const ownRooms: OwnRoom[] = [
  { id: "friday", name: "周五读书会", bytes: 3_565_158, last_at: "2026-11-22T04:06:00Z", retention: KEEP_ALL, problem: null },
  { id: "office", name: "三楼办公室 · 午饭与加班", bytes: 88_604, last_at: "2026-10-03T01:20:00Z", retention: { days: 90, mebibytes: null }, problem: null },
  { id: "old", name: "old.sqlite", bytes: 48_234_496, last_at: null, retention: KEEP_ALL, problem: { code: "damaged", file: FILE } },
  { id: "family", name: "家", bytes: 4096, last_at: null, retention: { days: null, mebibytes: 200 }, problem: { code: "in_use" } },
];

/** The room is hosted, beside others that one is in. */
export const hostScene: Script = { app: app({ hosting, rooms: [OWN, OFFICE, RUST] }), rooms: withOthers(snapshot({ url: OWN.url })) };

/** The same, hosted otherwise. */
export function hosted(hosting: Hosting, more: Partial<Script> = {}): Script {
  return { ...hostScene, app: { ...hostScene.app, hosting }, ...more };
}
