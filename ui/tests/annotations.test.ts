// What entries say of people, and what a late reader makes of what the host told: by cases, and by random schedules.
import { describe, expect, it } from "vitest";
import { annotated, type Annotations, rosterChanged, rosterTold } from "../src/model/room/annotations";
import type { RoomState } from "../src/model/room/state";
import type { Entry, Person, RoomUpdate, ServerFrame } from "../src/wire";
import { dice, Rig, welcome } from "./guest";
import { roomOf } from "./room";

type Body = { kind: "joined" } | { kind: "left" } | { kind: "renamed"; old: string } | { kind: "message"; text: string };

function person(member: string, nickname = member): Person {
  return { member, nickname, dialect: "v1" };
}

function entry(seq: number, member: string, body: Body, nickname = member): Entry {
  return { seq, prev: seq - 1, at: "2026-11-22T04:05:06.789Z", from: { member, nickname }, ...body };
}

const names = ({ people }: Pick<Annotations, "people">): string[] => people.map(({ nickname }) => nickname);

describe("the roster", () => {
  const told = rosterTold([person("ming"), person("li")], 2, 10);

  it("is changed by the entries after it, and not by older ones", () => {
    const left = entry(10, "li", { kind: "left" });
    expect(annotated(told, [left, entry(11, "li", { kind: "message", text: "x" })])).toBe(told);
    const later = annotated(told, [
      left, entry(11, "wei", { kind: "joined" }), entry(12, "li", { kind: "left" }), entry(13, "wei", { kind: "renamed", old: "wei" }, "Wei Li"),
      entry(14, "nobody", { kind: "renamed", old: "x" }),
    ]);
    expect([names(later), later.online]).toEqual([["ming", "Wei Li"], 2]);
  });

  it("counts nobody twice, and nobody goes who was not here", () => {
    const same = annotated(told, [entry(11, "li", { kind: "joined" }), entry(12, "nobody", { kind: "left" })]);
    expect([names(same), same.online]).toEqual([["ming", "li"], 2]);
    const large = annotated(rosterTold([person("ming")], 300, 12), [entry(13, "unlisted", { kind: "left" })]);
    expect([names(large), large.online]).toEqual([["ming"], 299]);
  });

  it("takes changes that are told, and stays bounded", () => {
    const many = Array.from({ length: 1000 }, (_, n) => person(`m${n}`));
    const changed = rosterChanged(told, { joined: many, left: ["li"], online: 1001 });
    expect([changed.people.length, changed.online, names(changed).includes("li")]).toEqual([500, 1001, false]);
    const more = annotated(changed, [entry(11, "x", { kind: "joined" }), entry(12, "ming", { kind: "joined" }, "Ming")]);
    expect([more.people.length, more.online, names(more)[0]]).toEqual([500, 1002, "Ming"]);
  });

  it("is nobody's where nothing is told, as on a classic server", () => {
    const nothing = rosterTold([], 0, null);
    expect(annotated(nothing, [entry(1, "li", { kind: "joined" })])).toBe(nothing);
  });
});

describe("a reader who comes late", () => {
  /** A host's word on a room where people come and go, by entries and by the roster, in any order. */
  function random(roll: () => number, head: number): ServerFrame {
    const member = `m${Math.floor(roll() * 12)}`;
    const nickname = `${member}-${Math.floor(roll() * 3)}`;
    const bodies: Body[] = [{ kind: "joined" }, { kind: "left" }, { kind: "renamed", old: "x" }, { kind: "message", text: "x" }];
    const online = Math.floor(roll() * 30);
    if (roll() < 0.1) return { type: "roster", joined: roll() < 0.5 ? [person(member, nickname)] : [], left: [`m${Math.floor(roll() * 12)}`], online };
    if (roll() < 0.02) return { type: "people", people: [person("me"), person(member, nickname)], online: 2 };
    if (roll() < 0.02) return { type: "gap", after: head, to: head + 3 };
    return { type: "entry", ...entry(head + 1, member, bodies[Math.floor(roll() * bodies.length)]!, nickname) };
  }

  const essence = ({ people, online }: Pick<RoomState, "people" | "online">): object => ({
    people: new Set(people.map(({ member, nickname }) => `${member} ${nickname}`)), online,
  });

  it.each(Array.from({ length: 40 }, (_, seed) => seed))("knows what those know who were there all the time: %i", (seed) => {
    const roll = dice(seed);
    const rig = new Rig();
    rig.event({ type: "begin" });
    rig.event({ type: "opened" });
    const told: RoomUpdate[] = [{ type: "snapshot", room: rig.snapshot() }];
    rig.hear(welcome("a", 5, 10));
    told.push(...rig.told);
    for (let i = 0; i < 200; i++) {
      rig.hear(random(roll, rig.session.head));
      told.push(...rig.told);
      if (roll() > 0.1) continue;
      const there = roomOf(...told);
      expect(essence(roomOf({ type: "snapshot", room: rig.snapshot() }))).toEqual(essence(there));
      // The same for one who comes back.
      const back = rig.session.snapshot({ log: "a", seq: there.entries.at(-1)?.seq ?? 0 }, rig.now);
      expect(essence(roomOf(...told, { type: "snapshot", room: back }))).toEqual(essence(there));
    }
  });

  it("knows who came and went before the entries that are still in memory", () => {
    const rig = Rig.inRoom();
    let head = 10;
    const say = (member: string, body: Body, nickname?: string): void => {
      const next = entry(head + 1, member, body, nickname);
      head = next.seq;
      rig.hear({ type: "entry", ...next });
    };
    for (const member of ["wei", "mo", "li"]) say(member, { kind: "joined" });
    say("mo", { kind: "renamed", old: "mo" }, "Mo");
    say("li", { kind: "left" });
    for (let n = 0; n < 5000; n++) say("wei", { kind: "message", text: "x" });
    const { roster_at: at, roster_entries: entries, ...room } = rig.snapshot();
    expect([at, entries?.map(({ seq }) => seq)]).toEqual([10, [11, 12, 13, 14, 15]]);
    const late = roomOf({ type: "snapshot", room: rig.snapshot() });
    expect([names(late), late.online]).toEqual([["阿明", "wei", "Mo"], 3]);
    expect(room.entries[0]!.seq).toBeGreaterThan(15);
  });

  // A busy machine takes its time for so many.
  it("is told the newest of each, and no more than a host may make a page keep", () => {
    const rig = Rig.inRoom();
    for (let n = 0; n < 9; n++) rig.hear({ type: "roster", joined: n % 2 === 0 ? [person("li")] : [], left: n % 2 === 1 ? ["li"] : [], online: n });
    expect(rig.snapshot().roster_changes).toEqual([{ at: 10, joined: [person("li")], left: [], online: 8 }]);
    for (let n = 0; n < 3000; n++) rig.hear({ type: "roster", joined: [person(`m${n}`)], left: [`x${n}`], online: n });
    const { people, roster_changes: changes = [] } = rig.snapshot();
    expect(people.length).toBeLessThanOrEqual(500);
    expect(changes.reduce((sum, { joined, left }) => sum + joined.length + left.length, 0)).toBeLessThanOrEqual(2000);
    const late = roomOf({ type: "snapshot", room: rig.snapshot() });
    expect([late.people.length, late.online]).toEqual([500, 2999]);
  }, 30_000);
});
