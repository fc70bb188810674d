// Commands of the user to the session. As `commands.rs`.
import type { Act, LogId, MemberId, OwnAct, PostId, Role, Rules, You } from "../../../wire";
import { checkNickname } from "../../../wire";
import type { State } from "./state";

/** Something is done in the room, as soon as it can be. */
export function act(s: State, act: Act, now: number): void {
  if (act.type === "rename") {
    const checked = checkNickname(act.nickname);
    if (!checked.ok || !takesRename(s, checked.name)) return;
    act = { ...act, nickname: checked.name };
  }
  const own = s.outbox.add(act);
  if (own === null) return;
  tellAct(s, own);
  pump(s, now);
}

export function retry(s: State, id: PostId, now: number): void {
  const act = s.outbox.retry(id);
  if (act === null) return;
  tellAct(s, act);
  pump(s, now);
}

export function discard(s: State, id: PostId): void {
  if (s.outbox.discard(id)) dropAct(s, id);
}

/** Sends what is queued, as far as the window and the host's pace allow. */
export function pump(s: State, now: number): void {
  if (!s.isJoined) return;
  if (s.hold !== null && s.timeline.head < s.hold.head && now < s.hold.until) return;
  s.hold = null;
  const next = (): OwnAct | null => s.outbox.take(now, s.limits.text_bytes, s.plain);
  for (let own = next(); own !== null; own = next()) {
    // That it goes out is kept before it does.
    tellAct(s, own);
    const { state, ...frame } = own;
    if (state.state === "sent") s.send(frame);
  }
}

/**
 * Takes another nickname as the wish: the page is told when the room knows it. Whether it goes out as an act, which it does
 * behind a hello that said another one.
 */
function takesRename(s: State, nickname: string): boolean {
  const before = s.nickname;
  s.nickname = nickname;
  if (s.isJoined) s.renamingFrom ??= before;
  // Without a link the next hello carries it.
  return s.isJoined || s.phase.is === "greeting";
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
  s.tell({ type: "welcomed", name, you, ...roles(s), log, limits: s.limits });
}

/** What the user and members may do, where it is not the usual, what the host cannot do, and whose room it is, where that is told. */
export function roles(s: State): { role?: Role; rules?: Rules; plain?: boolean; owner?: MemberId } {
  const rules = Object.values(s.rules).some(Boolean) ? { rules: s.rules } : {};
  const plain = s.plain ? { plain: true } : {};
  return { ...(s.role === "member" ? {} : { role: s.role }), ...rules, ...plain, ...(s.owner === null ? {} : { owner: s.owner }) };
}

/** Own acts that changed. */
export function tellActs(s: State, acts: readonly OwnAct[]): void {
  for (const act of acts) tellAct(s, act);
}

/** An own act that is gone, and is no entry here. */
export function dropAct(s: State, id: PostId): void {
  s.save({ type: "gone", id });
  s.tell({ type: "dropped", id });
}

/** An entry of this id has come: an own act is part of the conversation now. */
export function confirm(s: State, id: PostId | undefined): void {
  if (id !== undefined && s.outbox.confirm(id)) s.save({ type: "gone", id });
}

/** An own line as it is now. */
export function saveLine(s: State, id: PostId): void {
  const line = s.outbox.kept(id);
  if (line !== null) s.save({ type: "line", line });
}

/** An own act that is new or changed. A nickname is shown when the room knows it, and not kept: the next hello says it. */
function tellAct(s: State, act: OwnAct): void {
  if (act.type === "rename") return;
  saveLine(s, act.id);
  s.tell({ type: "own", act });
}

function saveMember(s: State): void {
  const { token, you, name } = s;
  const log = s.timeline.log ?? s.savedLog;
  if (token !== null && you !== null && name !== null && log !== null) s.save({ type: "member", member: { token, you, name, log } });
}
