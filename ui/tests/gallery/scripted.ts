// A transport that plays a script instead of talking to a shell.
import { matches } from "../../src/model/room/highlight";
import { type Abilities, type AppTransport, type Door, Refusal, type Transport } from "../../src/transport";
import type {
  AppError, AppState, AppUpdate, Entry, Exported, Hosting, Invite, LogId, Report, Room, RoomCommand, RoomId, RoomKey, RoomSnapshot, RoomUpdate, Seq,
} from "../../src/wire";
import { linkedQr } from "./qr";

/** What was saved for a log. */
type Saved = Partial<Pick<RoomSnapshot, "read" | "draft" | "strip" | "joins">>;

export interface Script {
  app: AppState;
  /** What it cannot do; all else it can. */
  can?: Partial<Abilities>;
  rooms?: Record<RoomKey, RoomUpdate[]>;
  /** Rooms that there are once there is a nickname, as a guest has them. */
  entered?: Room[];
  /** What joining and hosting fail with. `"pending"`: never answered. */
  joinFails?: AppError | "pending";
  hostFails?: AppError;
  /** What rooms keep: history and searches are answered from it. Without it, they are not answered. */
  kept?: Record<RoomKey, readonly Entry[]>;
  /** What is pinned in rooms; it is kept. */
  pinned?: Record<RoomKey, readonly Seq[]>;
  /** What was saved for a log, of which there may be something at the start. It outlives the page. */
  saved?: Map<LogId, Saved>;
  /** Whether a search reaches the host. */
  searchedWhole?: boolean;
  exported?: Exported;
  /** What the work on rooms of one's own fails with. */
  ownFails?: AppError;
  /** What changing who may come in fails with, or who can. */
  accessFails?: AppError;
  /** What is found about who can get in. Without it, that is not answered. */
  report?: Report;
  examineFails?: AppError;
  /** Whether another key than before answers there. */
  otherKey?: boolean;
  /** The password that opens the rooms that are joined; without it they ask for one. */
  password?: string;
  /** The link by which a guest gets into the app. */
  appLink?: string;
  /** What stands at the door of a guest's room. */
  door?: Door | null;
  /** Whether a stop is told at once; otherwise a test tells it. */
  stops?: boolean;
  closeAsked?: { others: number; tray: boolean };
}

export interface Scripted extends Transport {
  readonly app: AppTransport;
  say(room: RoomKey, updates: RoomUpdate[]): void;
  tell(update: AppUpdate): void;
  /** What the window's frame was told. */
  readonly unread: number;
  readonly calls: readonly { name: string; args: readonly unknown[] }[];
  /** What was asked of rooms in this way, without the rooms. */
  ordered<T extends RoomCommand["type"]>(type: T): Omit<Extract<RoomCommand, { type: T }>, "type">[];
}

export function scripted(script: Script): Scripted {
  let app = script.app;
  let unread = 0;
  let tell: (update: AppUpdate) => void = () => {};
  const say = new Map<RoomKey, (updates: RoomUpdate[]) => void>();
  const calls: { name: string; args: readonly unknown[] }[] = [];

  const done = (name: string) => async (...args: unknown[]): Promise<void> => {
    calls.push({ name, args });
  };

  const access = (name: string, args: unknown[], change: (hosted: Extract<Hosting, { state: "on" }>) => Hosting): void => {
    calls.push({ name, args });
    if (script.accessFails) throw new Refusal(script.accessFails);
    if (app.hosting.state !== "on") return;
    app = { ...app, hosting: change(app.hosting) };
    tell({ type: "hosting", hosting: app.hosting });
  };

  const own = (name: string) => async (...args: unknown[]): Promise<void> => {
    calls.push({ name, args });
    if (script.ownFails) throw new Refusal(script.ownFails);
  };
  const written = (name: string) => async (...args: unknown[]): Promise<Exported> => {
    await own(name)(...args);
    return script.exported ?? { file: "/home/ming/Downloads/room.html", entries: 8, unreadable: 0 };
  };

  /** What the host would say to a command. */
  const answer = (room: RoomKey, command: RoomCommand): void => {
    const kept = script.kept?.[room];
    if (command.type === "lines") {
      const { lines, pinned } = command;
      const asked = pinned ? (script.pinned?.[room] ?? []) : lines;
      const entries = (kept ?? []).filter(({ seq }) => asked.includes(seq));
      if (pinned ? asked.length > 0 : kept) say.get(room)?.([{ type: "lines", lines: { lines: [...asked], ...(pinned ? { pinned } : {}), entries } }]);
    } else if (command.type === "discard") {
      say.get(room)?.([{ type: "dropped", id: command.id }]);
    } else if (command.type === "history" && kept) {
      const { before, after, limit } = command;
      const between = kept.filter(({ seq }) => seq < before && seq > (after ?? 0));
      const entries = after === undefined ? between.slice(-limit) : between.slice(0, limit);
      say.get(room)?.([{ type: "older", page: { before, ...(after === undefined ? {} : { after }), entries, more: entries.length < between.length }, gaps: [] }]);
    } else if (command.type === "search" && kept) {
      const { query, before, limit } = command;
      const fit = kept.filter((e) => e.kind === "message" && e.seq < (before ?? Infinity) && matches(e.text, query)).reverse();
      const entries = fit.slice(0, limit);
      const more = fit.length > limit;
      const found = { query, ...(before === undefined ? {} : { before }), entries, more, reached: more ? (entries.at(-1)?.seq ?? 0) : 0 };
      say.get(room)?.([{ type: "found", found, whole: script.searchedWhole ?? true }]);
    }
  };

  const work: AppTransport = {
    async startHosting(choice) {
      calls.push({ name: "startHosting", args: [choice] });
      if (script.hostFails) throw new Refusal(script.hostFails);
    },
    async stopHosting() {
      calls.push({ name: "stopHosting", args: [] });
      if (!script.stops) return;
      app = { ...app, hosting: { state: "off" } };
      tell({ type: "hosting", hosting: app.hosting });
    },
    async setAccess(closed, password) {
      access("setAccess", [closed, password], (hosted) => ({
        ...hosted, access: { closed, password: password.do === "keep" ? hosted.access.password : password.do === "set" },
      }));
    },
    async setRules(rules) {
      access("setRules", [rules], (hosted) => ({ ...hosted, rules }));
    },
    async makeInvite(wish) {
      const made: Invite = {
        id: "made", role: wish.role, note: wish.note, made_at: new Date().toISOString(), uses: wish.uses, used: 0, state: "good",
        expires_at: wish.hours === null ? null : new Date(Date.now() + wish.hours * 3_600_000).toISOString(), fragment: "k=made&p=key",
      };
      access("makeInvite", [wish], (hosted) => ({ ...hosted, invites: [made, ...hosted.invites] }));
      return made.id;
    },
    async revokeInvite(id, leave) {
      access("revokeInvite", [id, leave], (hosted) => ({
        ...hosted, invites: hosted.invites.map((invite) => (invite.id === id ? { ...invite, state: "revoked" } : invite)),
      }));
    },
    async qrCode(text) {
      calls.push({ name: "qrCode", args: [text] });
      return linkedQr(text);
    },
    async examine() {
      calls.push({ name: "examine", args: [] });
      if (script.examineFails) throw new Refusal(script.examineFails);
      return script.report ?? new Promise<Report>(() => {});
    },
    async setOutside(wished) {
      access("setOutside", [wished], (hosted) => ({ ...hosted, outside: { state: wished ? "looking" : "off" } }));
    },
    async rejoin(id) {
      calls.push({ name: "rejoin", args: [id] });
      return app.rooms[0]?.key ?? "";
    },
    leave: done("leave"),
    async forgetRecent(id) {
      calls.push({ name: "forgetRecent", args: [id] });
      app = { ...app, recent: app.recent.filter((room) => room.id !== id) };
      tell({ type: "recent", recent: app.recent });
    },
    exportRoom: written("exportRoom"),
    exportOwnRoom: written("exportOwnRoom"),
    async importRoom(): Promise<RoomId | null> {
      await own("importRoom")();
      return app.own_rooms[0]?.id ?? null;
    },
    deleteOwnRoom: own("deleteOwnRoom"),
    setAside: own("setAside"),
    setRetention: own("setRetention"),
    revealOwnRoom: own("revealOwnRoom"),
    revealExport: own("revealExport"),
    async markUnread(count) {
      unread = count;
    },
    answerClose: done("answerClose"),
    flushed: done("flushed"),
    async answerOpened() {
      calls.push({ name: "answerOpened", args: [] });
      tell({ type: "opened", opened: null });
    },
  };

  const saved = script.saved ?? new Map<LogId, Saved>();
  const withSaved = (update: RoomUpdate): RoomUpdate =>
    update.type === "snapshot" && update.room.log !== null ? { ...update, room: { ...update.room, ...saved.get(update.room.log) } } : update;

  return {
    app: work,
    get unread() {
      return unread;
    },
    can: { hosting: true, joining: true, keeping: true, searching: true, ...script.can },
    calls,
    ordered<T extends RoomCommand["type"]>(type: T) {
      const commands = calls.flatMap(({ name, args }) => (name === "order" ? [args[1] as RoomCommand] : []));
      const ofType = (command: RoomCommand): command is Extract<RoomCommand, { type: T }> => command.type === type;
      return commands.filter(ofType).map(({ type: _, ...rest }) => rest);
    },
    say: (room, updates) => say.get(room)?.(updates),
    tell: (update) => tell(update),
    subscribeApp(onUpdate) {
      tell = onUpdate;
      queueMicrotask(() => {
        onUpdate({ type: "state", app });
        if (script.closeAsked !== undefined) onUpdate({ type: "close_asked", ...script.closeAsked });
      });
      return () => {};
    },
    subscribeRoom(room, _after, onUpdates) {
      say.set(room, onUpdates);
      queueMicrotask(() => onUpdates((script.rooms?.[room] ?? []).map(withSaved)));
      return () => {};
    },
    async join(address, password, renewed) {
      calls.push({ name: "join", args: renewed ? [address, password, renewed] : password === undefined ? [address] : [address, password] });
      if (script.otherKey && !renewed) throw new Refusal({ error: "other_key", address: "wss://192.168.1.23:8080" });
      if (script.password !== undefined && password !== script.password) {
        const reason = password === undefined ? "password_needed" : "password_wrong";
        throw new Refusal({ error: "connect", connect: { code: "hello_refused", reason } });
      }
      if (script.joinFails === "pending") return new Promise<RoomKey>(() => {});
      if (script.joinFails) throw new Refusal(script.joinFails);
      return app.rooms[0]?.key ?? "";
    },
    cancelJoin: done("cancelJoin"),
    async order(room, command) {
      // What is read and typed is no call that the user makes, nor what is asked without them.
      if (command.type === "typing") return;
      if (command.type === "lines") return answer(room, command);
      if (command.type === "set_read_mark") return void saved.set(command.log, { ...saved.get(command.log), read: command.seq });
      if (command.type === "set_joins_shown") return void saved.set(command.log, { ...saved.get(command.log), joins: command.joins });
      if (command.type === "set_draft") {
        const { strip, text } = command;
        return void saved.set(command.log, { ...without(saved.get(command.log)), draft: text, ...(strip ? { strip } : {}) });
      }
      calls.push({ name: "order", args: [room, command] });
      answer(room, command);
    },
    async setNickname(nickname) {
      calls.push({ name: "setNickname", args: [nickname] });
      app = { ...app, settings: { ...app.settings, nickname } };
      tell({ type: "settings", settings: app.settings });
      if (script.entered) tell({ type: "rooms", rooms: script.entered });
    },
    async setSettings(settings) {
      calls.push({ name: "setSettings", args: [settings] });
      app = { ...app, settings };
    },
    openLink: done("openLink"),
    copyText: done("copyText"),
    door: async () => script.door ?? null,
    appLink: () => script.appLink ?? null,
    painted: done("painted"),
  };
}

function without(saved: Saved | undefined): Saved {
  const rest = { ...saved };
  delete rest.strip;
  return rest;
}
