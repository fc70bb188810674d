// A guest in an ordinary browser: `hearth.v1` over the browser's own WebSocket, to the host that served the page.
import { v7 as uuidv7 } from "uuid";
import { version } from "../../../package.json";
import type { AppState, AppUpdate, OpenedLink, Room, RoomKey, Settings } from "../../wire";
import { checkNickname, linkedLine } from "../../wire";
import { Refusal } from "../refusal";
import type { Transport } from "../transport";
import { appLink, isPhone, linkToPassOn, openedBy, secretOf } from "./browser/app-link";
import { copyText } from "./browser/clipboard";
import { doorSign } from "./browser/door";
import { Driver } from "./browser/driver";
import { watchPresence } from "./browser/presence";
import type { Place } from "./browser/socket";
import { guestStorage, tabStorage } from "./browser/storage";
import { openLink } from "./browser/web-links";
import { Session } from "./session/session";
import { TIMING } from "./session/timing";

/** The one room that there is. */
const HERE: RoomKey = "here";

/** What a guest has no use for. */
const NO_HOST: Pick<Settings, "closing" | "keep_awake" | "nearby" | "zoom" | "host"> = {
  closing: "ask", keep_awake: false, nearby: false, zoom: 100, host: { room: null, name: "", port: 8080, reach: "network", foreign_pages: false, outside: false },
};

/** A host's own page as a transport. */
export function guest(): Transport {
  const storage = guestStorage(undefined, tabStorage());
  const place = placeOf(location);
  // What opens the door leaves the bar, and all that stands beside it.
  const { hash } = location;
  let link = openedBy(storage, location, history);
  const onPhone = isPhone(navigator);
  const rooms = (): Room[] => [{ key: HERE, url: place.url, name: null, hosted: false, link: linkToPassOn(location.origin, link) }];
  let settings: Settings = { ...NO_HOST, ...storage.settings() };
  let driver: Driver | null = null;
  /** The link to a line by which the page was opened, until the user is there. */
  let toLine = linkedLine(hash) === null ? null : hash;
  let tell: (update: AppUpdate) => void = () => {};

  // Nobody enters a room without a name: until there is one, the page has no room and asks for it.
  const app = (): AppState => ({
    settings, hosting: { state: "off" }, rooms: driver ? rooms() : [], own_rooms: [], nearby: [], recent: [], opened: openedHere(), version,
  });

  /** A link to a line leads there once the user is in the room. */
  function openedHere(): OpenedLink | null {
    if (driver === null || toLine === null) return null;
    const opened = { link: toLine, address: null, problem: null, room: HERE };
    toLine = null;
    return opened;
  }

  function goToLine(link: string): void {
    toLine = link;
    if (driver !== null) tell({ type: "opened", opened: openedHere() });
  }

  function enter(): void {
    const { nickname } = settings;
    const session = new Session({ ...place, version, nickname, timing: TIMING, member: storage.member(), secret: secretOf(link), lines: storage.lines() });
    const entered = (driver = new Driver(session, place, storage));
    entered.handle({ type: "begin" });
    watchPresence({
      hidden: () => entered.handle({ type: "hidden" }),
      woke: () => entered.handle({ type: "woke" }),
      parted: () => entered.handle({ type: "parted" }),
    });
    storage.whenGone((id) => entered.handle({ type: "command", command: { type: "discard", id } }));
  }

  /** Somebody has put another link to this room into the bar of the browser, which does not load the page again for that. */
  function follow(): void {
    const { hash } = location;
    const secret = secretOf(hash.slice(1));
    if (secret !== null) {
      link = openedBy(storage, location, history);
      driver?.handle({ type: "secret", secret });
      tell({ type: "state", app: app() });
    }
    if (linkedLine(hash) !== null) goToLine(hash);
  }

  function set(change: Partial<Settings>): void {
    settings = { ...settings, ...change };
    storage.saveSettings(settings);
    tell({ type: "settings", settings });
  }

  if (settings.nickname !== "") enter();
  addEventListener("hashchange", follow);

  return {
    app: null,
    can: { hosting: false, joining: false, keeping: false, searching: true },
    subscribeApp(onUpdate) {
      let live = true;
      tell = () => {};
      queueMicrotask(() => {
        if (!live) return;
        tell = onUpdate;
        onUpdate({ type: "state", app: app() });
      });
      return () => {
        live = false;
        if (tell === onUpdate) tell = () => {};
      };
    },
    subscribeRoom: (room, after, onUpdates) => (room === HERE && driver ? driver.subscribe(after, onUpdates) : () => {}),
    async order(room, command) {
      if (driver === null || room !== HERE) throw new Refusal({ error: "unknown_room" });
      if (command.type === "set_read_mark") storage.saveReadMark(command.log, command.seq);
      else if (command.type === "set_draft") storage.saveDraft(command.log, command.text, command.strip);
      else if (command.type === "set_joins_shown") storage.saveJoinsShown(command.log, command.joins);
      else driver.handle({ type: "command", command });
    },
    async setNickname(raw) {
      const checked = checkNickname(raw);
      if (!checked.ok) {
        throw new Refusal(checked.error === "empty" ? { error: "nickname_empty" } : { error: "nickname_too_long", limit: checked.limit });
      }
      set({ nickname: checked.name });
      if (driver) {
        driver.handle({ type: "command", command: { type: "rename", nickname: checked.name, id: uuidv7() } });
      } else {
        enter();
        tell({ type: "rooms", rooms: rooms() });
        const opened = openedHere();
        if (opened !== null) tell({ type: "opened", opened });
      }
    },
    // The nickname has a method of its own.
    async setSettings({ language, theme, send_key, show_typing }) {
      set({ language, theme, send_key, show_typing });
    },
    async openLink(url) {
      // One to a line of this very room leads there, and no second page is opened.
      if (isHere(url) && linkedLine(url) !== null) goToLine(url);
      else await openLink(url);
    },
    copyText,
    async door() {
      const sign = await doorSign((path) => fetch(path, { cache: "no-store" }));
      return sign && { sign, invited: secretOf(link) !== null };
    },
    appLink: () => (onPhone ? null : appLink(location.host, link)),
    painted: async () => {},
    async join(_address, password) {
      if (driver === null) throw new Refusal({ error: "unknown_room" });
      const connect = await driver.enter(password);
      if (connect !== null) throw new Refusal({ error: "connect", connect });
      return HERE;
    },
    async cancelJoin() {
      driver?.cancel();
    },
  };
}

function isHere(url: string): boolean {
  const { origin, pathname } = URL.canParse(url) ? new URL(url) : { origin: "", pathname: "" };
  return origin === location.origin && pathname === location.pathname;
}

function placeOf({ protocol, host, hostname, port }: Location): Place {
  const secure = protocol === "https:";
  return {
    url: `${secure ? "wss" : "ws"}://${host}`, host: hostname, port: port === "" ? (secure ? 443 : 80) : Number(port),
  };
}
