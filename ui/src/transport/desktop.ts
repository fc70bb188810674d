// The desktop shell, by Tauri commands and channels. The only file that knows Tauri.
import { Channel, invoke } from "@tauri-apps/api/core";
import { wholeSigns } from "../wire";
import { refusalOf } from "./refusal";
import type { AppTransport, Transport, Unsubscribe } from "./transport";

/** The desktop shell as a transport. */
export function desktop(): Transport {
  return {
    app,
    can: { hosting: true, joining: true, keeping: true, searching: true },
    subscribeApp: (onUpdate) => subscribe("app_subscribe", {}, onUpdate),
    subscribeRoom: (room, after, onUpdates) => subscribe("room_subscribe", { room, after }, onUpdates),
    join: (address, password, renewed) => call("join", { address, password: password ?? null, renewed: renewed ?? false }),
    cancelJoin: () => call("cancel_join"),
    order: (room, command) => call("room_command", { room, command }),
    setNickname: (nickname) => call("set_nickname", { nickname }),
    setSettings: (settings) => call("set_settings", { settings }),
    openLink: (url) => call("open_link", { url }),
    copyText: (text) => call("copy_text", { text }),
    appLink: () => null,
    painted: (sinceFrame) => call("painted", { sinceFrame }),
  };
}

/** What the shell does besides. */
const app: AppTransport = {
  startHosting: (choice) => call("host_start", { choice }),
  stopHosting: () => call("host_stop"),
  setRules: (rules) => call("set_rules", { rules }),
  setAccess: (closed, password) => call("set_access", { closed, password }),
  makeInvite: (wish) => call("make_invite", { wish }),
  revokeInvite: (id, leave) => call("revoke_invite", { id, leave }),
  qrCode: (text) => call("qr_code", { text }),
  examine: () => call("examine"),
  setOutside: (wished) => call("set_outside", { wished }),
  rejoin: (id, password) => call("rejoin", { id, password: password ?? null }),
  leave: (room) => call("leave", { room }),
  forgetRecent: (id) => call("forget_recent", { id }),
  exportRoom: (room, format) => call("export_room", { room, format }),
  exportOwnRoom: (id, format) => call("export_own_room", { id, format }),
  importRoom: () => call("import_room"),
  deleteOwnRoom: (id) => call("delete_own_room", { id }),
  setAside: (id) => call("set_aside_own_room", { id }),
  setRetention: (id, retention) => call("set_retention", { id, retention }),
  revealOwnRoom: (id) => call("reveal_own_room", { id }),
  revealExport: () => call("reveal_export"),
  markUnread: (count) => call("mark_unread", { count }),
  answerClose: (answer, remember) => call("close_answer", { answer, remember }),
  flushed: () => call("flushed"),
  answerOpened: () => call("answer_opened"),
};

async function call<T>(command: string, args: Record<string, unknown> = {}): Promise<T> {
  try {
    return await invoke<T>(command, wholeSigns(args));
  } catch (thrown) {
    throw refusalOf(thrown);
  }
}

function subscribe<T>(command: string, args: Record<string, unknown>, onMessage: (message: T) => void): Unsubscribe {
  // Ending it must be synchronous: the shell learns of it when the next subscription replaces this one.
  let live = true;
  const channel = new Channel<T>((message) => {
    if (live) onMessage(message);
  });
  call(command, { ...args, channel }).catch((thrown: unknown) => {
    console.error(`${command} failed`, thrown);
  });
  return () => {
    live = false;
  };
}
