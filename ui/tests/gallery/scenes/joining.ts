// The scenes of the first screen, and of joining a room.
import type { NearbyRoom, RecentRoom } from "../../../src/wire";
import type { Script } from "../scripted";
import { ownRooms } from "./hosted";
import { app, BOOKS, guest, OFFICE, snapshot, withOthers } from "./rooms";

export const nearby: NearbyRoom[] = [
  { name: "会议室 B 的围炉", address: "192.168.1.40:8080", link: "hearth://192.168.1.40:8080#p=_____________________g", invite: false, open: null },
  { name: "老王的电脑", address: "192.168.1.77:8080", link: "hearth://192.168.1.77:8080#p=_____________________Q", invite: true, open: null },
  { name: "名字很长很长很长很长的一个房间，在走廊尽头", address: "[fd00:1234:5678::9abc:def0]:8081", link: "hearth://[fd00:1234:5678::9abc:def0]:8081", invite: true, open: null },
];

export const recent: RecentRoom[] = [
  { id: 3, name: "读书会", address: "wss://192.168.1.23:8080" },
  { id: 2, name: null, address: "ws://192.168.1.50:8080" },
  { id: 1, name: "名字很长很长很长很长的一个房间，在走廊尽头", address: "wss://[fd00:1234:5678::9abc:def0]:8081" },
];

const OPENED = { link: "hearth://192.168.1.77:8080#k=AAECAwQFBgcICQoLDA0ODw&p=_____________________w", address: "192.168.1.77:8080", problem: null };

const unnamed = { ...app().settings, nickname: "" };

/** One is in a room that is listed as nearby. */
const alreadyIn = (): Script => ({
  app: app({ rooms: [BOOKS, OFFICE], nearby: nearby.map((room, i) => ({ ...room, open: i === 0 ? OFFICE.key : null })) }),
  rooms: withOthers(snapshot()),
});

export const joiningScenes = {
  first: () => ({ app: app({ settings: unnamed }) }),
  "first-again": () => ({ app: app({ own_rooms: ownRooms }) }),
  joining: () => ({ app: app(), joinFails: "pending" }),
  "join-error": () => ({ app: app(), joinFails: { error: "connect", connect: { code: "refused", host: "192.168.1.99", port: 8080 } } }),
  "join-nearby": () => ({ app: app({ nearby }) }),
  "join-recent": () => ({ app: app({ nearby: nearby.slice(0, 1), recent }) }),
  "join-in": alreadyIn,
  "join-already": alreadyIn,
  "join-looking": () => guest({}),
  "join-other-key": () => ({ app: app({ nearby }), otherKey: true }),
  "join-password": () => ({ app: app({ nearby }), password: "炉火" }),
  "join-invite": () => ({ app: app({ nearby }), joinFails: { error: "connect", connect: { code: "hello_refused", reason: "invite_used_up" } } }),
  "join-wrong-key": () => ({ app: app(), joinFails: { error: "connect", connect: { code: "wrong_key", host: "192.168.1.99" } } }),
  opened: () => guest({}, { app: app({ rooms: [BOOKS, OFFICE], opened: OPENED }) }),
  "opened-password": () => guest({}, { app: app({ rooms: [BOOKS, OFFICE], opened: OPENED }), password: "炉火" }),
  "opened-unnamed": () => ({ app: app({ opened: OPENED, settings: unnamed }) }),
  "opened-wrong": () => guest({}, { app: app({ rooms: [BOOKS, OFFICE], opened: { link: "hearth://#k=AAEC", address: null, problem: { reason: "link" } } }) }),
} satisfies Record<string, () => Script>;
