// Random schedules: guests and a host, wires that delay, break at any point and come back, a host that leaves out, repeats and
// lets go of entries, pages that are loaded again and go on with what was kept. Whatever happens, every line ends up in
// the log once, in the order of writing, and every page shows the log. As `world.rs` among the tests of the Rust session.
//
// `HEARTH_SEEDS=10000` runs so many schedules; `HEARTH_SEED=n` only that one.
import { describe, expect, it } from "vitest";
import { reduce } from "../src/model/room/reduce";
import { newRoom, type RoomState } from "../src/model/room/state";
import type { Event, SavedLine, SavedMember, SavedRecord, SessionCommand } from "../src/transport/guest/session/events";
import type { PostId } from "../src/wire";
import { dice, postId, Rig } from "./guest";
import { newWire, NO_TROUBLE, SmallHost, type Trouble, type Wire } from "./guest-host";

const GUESTS = 3;
const STEPS = 400;

interface Guest {
  rig: Rig;
  page: RoomState;
  wire: Wire | null;
  knocks: boolean;
  posted: PostId[];
  member: SavedMember | null;
  lines: Map<PostId, SavedLine>;
}

class World {
  readonly host: SmallHost;
  readonly guests: Guest[];
  /** Wires that a guest has lost and the host still reads. */
  orphans: Wire[] = [];
  trouble: Trouble;
  lines = 0;
  renames = 0;
  cuts = 0;
  reloads = 0;

  constructor(seed: number, readonly random = dice(seed)) {
    const chance = (most: number): number => (random() < 0.5 ? random() * most : 0);
    this.trouble = {
      tooFast: chance(300), storage: chance(100), repeat: chance(300), hole: chance(50), trim: chance(20), reload: chance(30), forget: 0,
    };
    // Who has lost both its members and its log cannot know what it has stored.
    if (this.trouble.trim === 0 && this.trouble.reload === 0) this.trouble.forget = chance(20);
    this.host = new SmallHost(random);
    this.host.trouble = this.trouble;
    this.guests = Array.from({ length: GUESTS }, () => ({
      rig: new Rig({}, random), page: newRoom("ws://host:8080"), wire: null, knocks: false, posted: [], member: null, lines: new Map(),
    }));
    for (const guest of this.guests) this.event(guest, { type: "begin" });
  }

  event(guest: Guest, event: Event): void {
    const { rig } = guest;
    for (const effect of rig.event(event)) {
      switch (effect.type) {
        case "connect":
          expect(guest.wire, "no connection is open").toBeNull();
          guest.knocks = true;
          break;
        case "save":
          this.save(guest, effect.record);
          break;
        case "send":
          guest.wire!.up.push(structuredClone(effect.frame));
          break;
        case "hang_up":
          guest.knocks = false;
          this.cut(guest);
          break;
        case "tell":
          guest.page = reduce(guest.page, effect.update, 0);
          break;
      }
    }
    const room = rig.snapshot();
    expect(guest.page.own).toEqual(room.own);
    expect(guest.page.entries.slice(-room.entries.length || Infinity)).toEqual(room.entries);
    expect([...guest.lines.keys()].sort(), "what is kept").toEqual(room.own.map(({ id }) => id).sort());
  }

  order(guest: Guest, command: SessionCommand): void {
    this.event(guest, { type: "command", command });
  }

  save(guest: Guest, record: SavedRecord): void {
    if (record.type === "member") guest.member = record.member;
    else if (record.type === "line") guest.lines.set(record.line.own.id, record.line);
    else guest.lines.delete(record.id);
  }

  /** One thing that may happen in a network on a bad day. */
  step(): void {
    const guest = this.one(this.guests);
    const what = this.random() * 100;
    if (what < 14) this.post(guest);
    else if (what < 15) this.order(guest, { type: "history", before: 1 + Math.floor(this.random() * 99), limit: 5 });
    else if (what < 17) this.rename(guest);
    else if (what < 35) this.hostReads(guest);
    else if (what < 52) this.hostServes(guest);
    else if (what < 70) this.guestReads(guest);
    else if (what < 76) this.timePasses(this.random() * 1500);
    else if (what < 90) this.answerTheDoor(guest);
    else if (what < 93) this.break(guest);
    else if (what < 96) this.buryAnOrphan();
    else if (what < 97) this.event(guest, { type: "woke" });
    else if (what < 98) this.event(guest, { type: "parted" });
    else this.order(guest, { type: "reconnect" });
    if (this.host.hits(this.trouble.trim)) this.host.trimmed = Math.max(this.host.trimmed, this.host.log.at(-6)?.seq ?? 0);
    if (this.host.hits(this.trouble.reload)) this.reload(guest);
    if (this.host.hits(this.trouble.forget)) this.forget();
  }

  post(guest: Guest): void {
    this.lines += 1;
    const id = postId(this.lines);
    guest.posted.push(id);
    this.order(guest, { type: "post", id, text: `line ${this.lines}` });
  }

  rename(guest: Guest): void {
    this.renames += 1;
    this.order(guest, { type: "rename", id: postId(0xe_0000 + this.renames), nickname: `name${Math.floor(this.random() * 100)}` });
  }

  hostReads({ wire }: Guest): void {
    if (wire) this.host.read(wire);
  }

  hostServes({ wire }: Guest): boolean {
    return wire !== null && this.host.serve(wire);
  }

  guestReads(guest: Guest): void {
    const text = guest.wire?.down.shift();
    if (text !== undefined) this.event(guest, { type: "text", text });
  }

  timePasses(ms: number): void {
    for (const guest of this.guests) {
      const { rig } = guest;
      rig.now += ms;
      if ((rig.session.deadline ?? Infinity) <= rig.now) this.event(guest, { type: "tick" });
    }
  }

  answerTheDoor(guest: Guest): void {
    if (!guest.knocks) return;
    guest.knocks = false;
    if (this.host.hits(this.trouble === NO_TROUBLE ? 0 : 200)) {
      this.event(guest, { type: "failed", error: { code: "refused", host: "host", port: 8080 } });
    } else {
      guest.wire = newWire();
      this.event(guest, { type: "opened" });
    }
  }

  /** The guest's end is gone; the host may still read what is on its way. */
  cut(guest: Guest): boolean {
    if (guest.wire === null) return false;
    this.orphans.push(guest.wire);
    guest.wire = null;
    return true;
  }

  break(guest: Guest): void {
    if (!this.cut(guest)) return;
    this.cuts += 1;
    this.event(guest, { type: "closed", code: 1006 });
  }

  /** The page is loaded again, and goes on with what was kept, as it was written down. */
  reload(guest: Guest): void {
    this.reloads += 1;
    this.cut(guest);
    guest.knocks = false;
    const lines = [...guest.lines.values()].sort((a, b) => (a.own.id < b.own.id ? -1 : 1));
    guest.rig = new Rig(JSON.parse(JSON.stringify({ member: guest.member, lines })), this.random);
    guest.page = reduce(newRoom("ws://host:8080"), { type: "snapshot", room: guest.rig.snapshot() }, 0);
    this.event(guest, { type: "begin" });
  }

  forget(): void {
    this.host.forget();
    this.orphans = [];
    for (const guest of this.guests) {
      if (guest.wire === null) continue;
      guest.wire = null;
      this.event(guest, { type: "closed", code: 1006 });
    }
  }

  buryAnOrphan(): void {
    const [wire] = this.orphans.splice(Math.floor(this.random() * this.orphans.length), 1);
    if (!wire) return;
    for (let reads = Math.floor(this.random() * (wire.up.length + 1)); reads > 0; reads -= 1) this.host.read(wire);
    this.host.part(wire);
  }

  /** The network is good again, the host patient, and the users try again what failed. */
  heal(): void {
    this.trouble = this.host.trouble = NO_TROUBLE;
    while (this.orphans.length > 0) this.buryAnOrphan();
    for (let round = 0; round < 60; round += 1) {
      for (const guest of this.guests) {
        // Whatever is missing shows at the next entry.
        if (round === 10) this.post(guest);
        for (const { id, state } of guest.rig.snapshot().own) if (state.state === "failed") this.order(guest, { type: "retry", id });
        this.answerTheDoor(guest);
        while (guest.wire && guest.wire.up.length > 0) this.hostReads(guest);
        while (this.hostServes(guest));
        while (guest.wire && guest.wire.down.length > 0) this.guestReads(guest);
        while (this.orphans.length > 0) this.buryAnOrphan();
      }
      this.timePasses(round < 30 ? 2000 : 500);
    }
  }

  check(inOrder: boolean): void {
    const { log } = this.host;
    const acts = log.flatMap(({ id }) => (id === undefined ? [] : [id]));
    expect(new Set(acts).size, "nothing is done twice").toBe(acts.length);
    const stored = log.flatMap(({ id, kind }) => (id === undefined || kind !== "message" ? [] : [id]));
    expect(stored).toHaveLength(this.lines);
    for (const { rig, page, posted, lines } of this.guests) {
      expect(rig.status).toEqual({ state: "connected", dialect: "v1" });
      expect([page.own, [...lines]], "nothing is left over").toEqual([[], []]);
      const mine = stored.filter((id) => posted.includes(id));
      expect(inOrder ? mine : [...mine].sort()).toEqual(posted);
      const first = Math.min(page.entries[0]!.prev, ...page.gaps.map(({ after }) => after));
      const inGap = (seq: number): boolean => page.gaps.some((gap) => seq > gap.after && seq <= gap.to);
      expect(page.entries, "the page shows the log").toEqual(log.filter(({ seq }) => seq > first && !inGap(seq)));
    }
  }

  one<T>(items: readonly T[]): T {
    return items[Math.floor(this.random() * items.length)]!;
  }
}

function run(seed: number): World {
  const world = new World(seed);
  // A refused line goes again behind those that were on their way with it.
  const inOrder = world.trouble.tooFast === 0 && world.trouble.storage === 0;
  for (let step = 0; step < STEPS; step += 1) world.step();
  world.heal();
  world.check(inOrder);
  return world;
}

describe("guests and a host on a bad day", () => {
  const number = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);

  it("every line is there once and in order, whatever happens", () => {
    const only = process.env["HEARTH_SEED"];
    const tally = { schedules: 0, lines: 0, entries: 0, cuts: 0, reloads: 0 };
    const first = only === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(only);
    for (let n = 0; n < (only === undefined ? number("HEARTH_SEEDS", 40) : 1); n += 1) {
      try {
        const { lines, cuts, reloads, host } = run(first + n);
        tally.schedules += 1;
        tally.lines += lines;
        tally.entries += host.log.length;
        tally.cuts += cuts;
        tally.reloads += reloads;
      } catch (thrown) {
        throw new Error(`it happens again with HEARTH_SEED=${first + n}: ${String(thrown)}`, { cause: thrown });
      }
    }
    expect(tally.lines).toBeGreaterThan(0);
    if (process.env["HEARTH_SEEDS"]) process.stdout.write(`${JSON.stringify(tally)}\n`);
  }, 600_000);
});
