// The scenes of a guest in an ordinary browser.
import type { RefusalCode, RoomSnapshot, Status } from "../../../src/wire";
import type { Script } from "../scripted";
import { people, person } from "./log";
import { hostileRoom } from "./talk";
import { app, BOOKS, nobodySpoke, own, shownOut, snapshot } from "./rooms";

/** Somebody in an ordinary browser: one room, and nothing of their own. */
export const visitor = (change: Partial<RoomSnapshot> = {}): Script => ({
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

/** A guest who has no nickname yet. */
const newcomer = (): Script => ({ ...visitor({ own: [] }), app: app({ settings: { ...app().settings, nickname: "" } }), entered: [BOOKS] });

const inTheRoom = (): Script => visitor();

export const guestScenes = {
  "guest-card": newcomer,
  "guest-door": () => ({ ...newcomer(), door: { sign: { name: "周五读书会", closed: false, password: false, owner: "阿明", online: 3 }, invited: false } }),
  "guest-door-closed": () => ({ ...newcomer(), door: { sign: { name: "周五读书会", closed: true, password: false }, invited: false } }),
  "guest-password": () => ({ ...visitor(refused("password_needed")), password: "炉火" }),
  "guest-invite": () => visitor(refused("invite_expired")),
  "guest-shown-out": () => visitor({ status: shownOut, own: [] }),
  "guest-quiet": () => visitor(nobodySpoke),
  "guest-reader": () => visitor({ role: "reader", own: [] }),
  "guest-room": inTheRoom,
  "guest-menu": inTheRoom,
  "guest-people": inTheRoom,
  "guest-settings": inTheRoom,
  "guest-translated": inTheRoom,
  "guest-hostile": () => visitor(hostileRoom()),
  "guest-reconnecting": () => visitor({
    status: { state: "reconnecting", in_ms: 3000, attempt: 1, error: { code: "link_broken" } },
    own: [
      own("排队中的一行：连上就发", { state: "queued" }),
      own("这一行太长了……", { state: "failed", reason: { code: "refused", reason: "text_too_long" } }),
    ],
  }),
} satisfies Record<string, () => Script>;
