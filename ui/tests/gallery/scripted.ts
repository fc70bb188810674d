// A transport that plays a script instead of talking to a shell.
import { Refusal, type Transport } from "../../src/transport";
import type { AppError, AppState, AppUpdate, RoomKey, RoomUpdate } from "../../src/wire";

export interface Script {
  app: AppState;
  rooms?: Record<RoomKey, RoomUpdate[]>;
  /** What joining and hosting fail with. `"pending"`: never answered. */
  joinFails?: AppError | "pending";
  hostFails?: AppError;
  closeAsked?: { others: number; tray: boolean };
}

export interface Scripted extends Transport {
  say(room: RoomKey, updates: RoomUpdate[]): void;
  tell(update: AppUpdate): void;
  readonly calls: readonly { name: string; args: readonly unknown[] }[];
}

export function scripted(script: Script): Scripted {
  let app = script.app;
  let tell: (update: AppUpdate) => void = () => {};
  const say = new Map<RoomKey, (updates: RoomUpdate[]) => void>();
  const calls: { name: string; args: readonly unknown[] }[] = [];

  const done = (name: string) => async (...args: unknown[]): Promise<void> => {
    calls.push({ name, args });
  };

  return {
    can: { hosting: true, joining: true },
    calls,
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
      queueMicrotask(() => onUpdates(script.rooms?.[room] ?? []));
      return () => {};
    },
    async startHosting(choice) {
      calls.push({ name: "startHosting", args: [choice] });
      if (script.hostFails) throw new Refusal(script.hostFails);
    },
    stopHosting: done("stopHosting"),
    async join(address) {
      calls.push({ name: "join", args: [address] });
      if (script.joinFails === "pending") return new Promise<RoomKey>(() => {});
      if (script.joinFails) throw new Refusal(script.joinFails);
      return app.rooms[0]?.key ?? "";
    },
    cancelJoin: done("cancelJoin"),
    leave: done("leave"),
    post: done("post"),
    retryLine: done("retryLine"),
    async discardLine(room, id) {
      calls.push({ name: "discardLine", args: [room, id] });
      say.get(room)?.([{ type: "dropped", id }]);
    },
    reconnect: done("reconnect"),
    loadOlder: done("loadOlder"),
    async setNickname(nickname) {
      calls.push({ name: "setNickname", args: [nickname] });
      app = { ...app, settings: { ...app.settings, nickname } };
      tell({ type: "settings", settings: app.settings });
    },
    async setSettings(settings) {
      calls.push({ name: "setSettings", args: [settings] });
      app = { ...app, settings };
    },
    openLink: done("openLink"),
    copyText: done("copyText"),
    answerClose: done("answerClose"),
    painted: done("painted"),
  };
}
