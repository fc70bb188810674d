// The guest's session by scripts: `tests/vectors/sessions.json`, which says what the session of the app does as well.
//
// The user is 阿明, who came by the invitation with this `secret` if there is one, nothing was kept before, and a first attempt
// that fails is tried again. Each step is one event, or a command by its name; `sends` are all frames that it makes go out (a
// hello without `client`), `connects` and `hangs_up` say that it does, and `tells`, where it stands, is all that the page is told
// but for the status. `link`: the user comes by another link with this `secret`. `lost`: the link breaks without a word. `due`: time
// goes on to the session's next deadline; `wait`: by so many `ms`. At the end the room is as `expect` says, and so is what the
// updates made of it; who is here (`people`, `online`) is what a page makes of the updates, and one that comes now of the snapshot.
import { describe, expect, it } from "vitest";
import sessions from "../../tests/vectors/sessions.json";
import type { Event, SessionCommand } from "../src/transport/guest/session/events";
import type { Entry, Gap, OwnAct, RoomUpdate } from "../src/wire";
import { bare, Rig } from "./guest";
import { roomOf } from "./room";

type Step = Record<string, unknown> & {
  do: string; sends?: { type: string }[]; connects?: boolean; hangs_up?: boolean; tells?: RoomUpdate[];
};

interface Expected {
  status: string; log: string | null; cursor: number; entries: number[]; gaps: Gap[]; own: OwnAct[]; people: string[];
  online: number; you: string | null; role?: string; rules?: object;
}

interface Script { name: string; secret?: string; steps: Step[]; expect: Expected }

function eventOf({ do: what, sends: _sends, connects: _connects, hangs_up: _hangs, tells: _tells, frame, ...rest }: Step): Event {
  switch (what) {
    case "hear":
      return { type: "text", text: JSON.stringify(frame) };
    case "hear_text":
      return { type: "text", text: String(rest["text"]) };
    case "lost":
      return { type: "closed", code: 1006 };
    case "due":
    case "wait":
      return { type: "tick" };
    case "link":
      return { type: "secret", secret: String(rest["secret"]) };
    case "begin":
    case "opened":
      return { type: what };
    default:
      return { type: "command", command: { type: what, ...rest } as unknown as SessionCommand };
  }
}

describe("a session", () => {
  it.each(sessions as unknown as Script[])("$name", ({ secret, steps, expect: expected }) => {
    const rig = new Rig({ secret: secret ?? null });
    const told: RoomUpdate[] = [{ type: "snapshot", room: rig.snapshot() }];
    steps.forEach((step, nth) => {
      if (step.do === "due") rig.now = rig.session.deadline!;
      if (step.do === "wait") rig.now += Number(step["ms"]);
      rig.event(eventOf(step));
      const at = `step ${nth + 1}, ${step.do}`;
      expect(rig.sent.map(bare), at).toEqual(step.sends ?? []);
      expect(rig.effects.some(({ type }) => type === "connect"), at).toBe(step.connects ?? false);
      expect(rig.effects.some(({ type }) => type === "hang_up"), at).toBe(step.hangs_up ?? false);
      if (step.tells) expect(rig.told.filter(({ type }) => type !== "status"), at).toEqual(step.tells);
      told.push(...rig.told);
    });
    const room = rig.snapshot();
    expect(room.status.state).toBe(expected.status);
    expect([room.log, rig.session.head]).toEqual([expected.log, expected.cursor]);
    expect(seqs(room.entries)).toEqual(expected.entries);
    expect(room.gaps).toEqual(expected.gaps);
    expect(room.own).toEqual(expected.own);
    expect(room.you?.nickname ?? null).toBe(expected.you);
    expect(room.role ?? "member").toBe(expected.role ?? "member");
    expect(room.rules ?? {}).toEqual(expected.rules ?? {});

    // Who is here is the page's to say, whether it has followed or comes now.
    const page = roomOf(...told.filter(({ type }) => type !== "older"));
    const late = roomOf({ type: "snapshot", room });
    for (const { people, online } of [page, late]) {
      expect(people.map(({ nickname }) => nickname)).toEqual(expected.people);
      expect(online).toBe(expected.online);
    }
    expect(page.entries).toEqual(room.entries);
    expect(page.own).toEqual(room.own);
    expect(page.link.state).toBe(expected.status);
    expect([page.log, page.you]).toEqual([room.log, room.you]);
    expect(page.people).toEqual(late.people);
  });
});

function seqs(entries: readonly Entry[]): number[] {
  return entries.map(({ seq }) => seq);
}
