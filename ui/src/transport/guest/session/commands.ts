// Commands of the user to the session. As `commands.rs`.
import type { LogId, OwnLine, PostId, Role, You } from "../../../wire";
import type { State } from "./state";

export function post(s: State, id: PostId, text: string, now: number): void {
  const line = s.outbox.add(id, text);
  if (line === null) return;
  tellLine(s, line);
  pump(s, now);
}

export function retry(s: State, id: PostId, now: number): void {
  const line = s.outbox.retry(id);
  if (line === null) return;
  tellLine(s, line);
  pump(s, now);
}

export function discard(s: State, id: PostId): void {
  if (s.outbox.discard(id)) dropLine(s, id);
}

/** Sends what is queued, as far as the window and the host's pace allow. */
export function pump(s: State, now: number): void {
  if (!s.isJoined) return;
  if (s.hold !== null && s.timeline.head < s.hold.head && now < s.hold.until) return;
  s.hold = null;
  for (let line = s.outbox.take(now, s.limits.text_bytes); line !== null; line = s.outbox.take(now, s.limits.text_bytes)) {
    // That it goes out is kept before it does.
    tellLine(s, line);
    if (line.state.state === "sent") s.send({ type: "post", id: line.id, text: line.text });
  }
}

/** Takes another nickname. The page is told when the room knows it. */
export function rename(s: State, nickname: string): void {
  const before = s.nickname;
  s.nickname = nickname;
  // The next hello carries it, or where one is out already, a rename follows its welcome.
  if (s.isJoined) askRename(s, before);
}

/** Asks to be called by the wish from now on, instead of `before`. */
export function askRename(s: State, before: string): void {
  s.renamingFrom ??= before;
  s.send({ type: "rename", nickname: s.nickname });
}

/** The room knows the user under this nickname. */
export function callYourself(s: State, nickname: string): void {
  if (s.you === null) return;
  s.you = { ...s.you, nickname };
  saveMember(s);
  s.tell({ type: "you", nickname });
}

export function welcomeAs(s: State, name: string, you: You, log: LogId): void {
  s.name = name;
  s.you = you;
  saveMember(s);
  s.tell({ type: "welcomed", name, you, ...roleOf(s), log, limits: s.limits });
}

/** What the user may do, where it is not the usual. */
export function roleOf(s: State): { role?: Role } {
  return s.role === "member" ? {} : { role: s.role };
}

/** Own lines that changed. */
export function tellLines(s: State, lines: readonly OwnLine[]): void {
  for (const line of lines) tellLine(s, line);
}

/** An own line that is gone, and is no entry here. */
export function dropLine(s: State, id: PostId): void {
  s.save({ type: "gone", id });
  s.tell({ type: "dropped", id });
}

/** An entry of this id has come: an own line is part of the conversation now. */
export function confirm(s: State, id: PostId | undefined): void {
  if (id !== undefined && s.outbox.confirm(id)) s.save({ type: "gone", id });
}

/** An own line as it is now. */
export function saveLine(s: State, id: PostId): void {
  const line = s.outbox.kept(id);
  if (line !== null) s.save({ type: "line", line });
}

function tellLine(s: State, line: OwnLine): void {
  saveLine(s, line.id);
  s.tell({ type: "own", line });
}

function saveMember(s: State): void {
  const { token, you, name } = s;
  const log = s.timeline.log ?? s.savedLog;
  if (token !== null && you !== null && name !== null && log !== null) s.save({ type: "member", member: { token, you, name, log } });
}
