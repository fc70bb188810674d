// The scenes of hosting: the room of one's own, who may come in, who can, and the rooms that are kept.
import type { Room } from "../../../src/wire";
import { alone, CARRIER, carrier, MAPPED, mapped, mixed } from "../reports";
import type { Script } from "../scripted";
import { closed, hosted, hosting, hostScene, invites, LI_CAME, manyInvites, nowhere, ownRooms, reached, WEI_CAME, withIpv6 } from "./hosted";
import { Log, MING, people, talk } from "./log";
import { app, BOOKS, guest, OFFICE, OWN, RUST, snapshot, withOthers } from "./rooms";

const opened = new Log().add("12:07", MING, { kind: "joined" }).entries;

/** A room of one's own that nobody hosts. */
const RESTING: Room = { key: "own-friday", name: "周五读书会", url: "", hosted: false, own: "friday" };
const rested = snapshot({ url: "", status: { state: "disconnected", error: null }, people: [], online: 0, roster_at: null, own: [], read: talk().seq });

const open = (): Script => hostScene;
const byInvitation = (): Script => hosted(closed(invites, true));
const uninvited = (): Script => hosted(closed([]));
const inNoNetwork = (): Script => {
  const own = { ...OWN, url: `ws://127.0.0.1:${nowhere.port}` };
  return {
    app: app({ hosting: nowhere, rooms: [own, OFFICE, RUST] }), rooms: withOthers(snapshot({ url: own.url })),
    report: { ...alone, addresses: [], port: nowhere.port, refused_by_browsers: [nowhere.port] },
  };
};

/** The host has just begun, and nobody has come yet. */
const firstMinute = (): Script => ({
  ...hostScene, rooms: withOthers(snapshot({ url: OWN.url, entries: opened, own: [], people: people.slice(0, 1), online: 1, owner: "m-ming" })),
});

const keeping = (): Script => ({
  ...hostScene, app: { ...hostScene.app, own_rooms: ownRooms },
  exported: { file: "/home/ming/下载/三楼办公室 · 午饭与加班.html", entries: 1284, unreadable: 2 },
});

const atRest = (): Script => ({
  app: app({ rooms: [RESTING], own_rooms: ownRooms }), rooms: { [RESTING.key]: [{ type: "snapshot", room: rested }] }, kept: { [RESTING.key]: talk().entries },
});

export const hostingScenes = {
  hosting: open,
  settings: open,
  context: open,
  "host-error": () => ({ app: app(), hostFails: { error: "host", host: { code: "port_forbidden", port: 80 } } }),
  "host-choice": () => guest({}, { app: app({ rooms: [BOOKS, OFFICE], own_rooms: ownRooms }) }),
  closing: () => ({ ...hostScene, closeAsked: { others: 3, tray: true } }),
  "storage-full": () => hosted({ ...hosting, storage: "full" }),
  "storage-damaged": () => hosted({ ...hosting, storage: "damaged" }),
  "first-minute": firstMinute,
  "first-full": firstMinute,
  "stop-asked": open,
  "stop-undo": () => ({ ...open(), stops: true }),
  resting: atRest,
  "resting-welcome": atRest,

  share: open,
  "share-others": open,
  "share-closed": byInvitation,
  "share-none": uninvited,
  nowhere: inNoNetwork,
  closed: byInvitation,
  "closed-none": uninvited,
  "access-open": open,
  access: byInvitation,
  "access-none": uninvited,
  "access-many": () => hosted(closed([...manyInvites, ...invites.slice(3)])),
  "invite-form": byInvitation,
  "invite-qr": byInvitation,
  "invite-revoke": byInvitation,
  "password-new": uninvited,

  doctor: () => hosted({ ...withIpv6, visit: LI_CAME }, { report: mixed }),
  "doctor-looking": open,
  "doctor-alone": () => ({ ...hostScene, report: alone }),
  "doctor-carrier": () => hosted({ ...reached(CARRIER), visit: LI_CAME }, { report: carrier }),
  "doctor-mapped": () => hosted({ ...reached(MAPPED), visit: WEI_CAME }, { report: mapped }),
  "doctor-error": () => ({ ...hostScene, examineFails: { error: "system", message: "Too many open files (os error 24)" } }),
  "doctor-nowhere": inNoNetwork,

  "own-rooms": keeping,
  "own-rooms-none": () => guest({}),
  "own-room-menu": keeping,
  "own-room-exported": keeping,
  "own-room-failed": () => ({ ...keeping(), ownFails: { error: "room", problem: { code: "full" } } }),
  retention: keeping,
  "delete-room": keeping,
} satisfies Record<string, () => Script>;
