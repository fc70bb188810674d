// The colours of people.
import { describe, expect, it } from "vitest";
import { coloured, COLOURS, colourOf, type Colours, NicknameColours } from "../src/model/room/colours";
import { type Entry, LIMITS_V1, type Person, type RoomUpdate } from "../src/wire";
import { entry, snapshot } from "./room";

const person = (nickname: string, member = `m-${nickname}`): Person => ({ member, nickname, dialect: "v1" });
const NAMES = ["阿明", "小李", "Wei", "陈老师", "老王", "林晓", "anna", "Βασίλης", "שרה", "小周", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
/** The colours in a room to which these updates came. */
function coloursBy(updates: RoomUpdate[], nicknames = new NicknameColours()): Colours {
  return updates.reduce<Colours>((known, update) => coloured(known, update, nicknames), new Map());
}
const of = (colours: Colours, nickname: string, member = `m-${nickname}`): string => colourOf(colours, member, nickname);
const said = (seq: number, who: Person): Entry => ({ ...entry(seq, who.nickname, "x"), from: { member: who.member, nickname: who.nickname } });

describe("the first ten of a room", () => {
  it.each([0, 1, 5, 10])("differ, whatever they are called: from the name %i on", (from) => {
    const ten = NAMES.slice(from, from + 10);
    const all = coloursBy([snapshot({ you: null, people: ten.map((name) => person(name)) })]);
    expect(new Set(ten.map((name) => of(all, name))).size).toBe(10);
    // Also when they come one by one, some of them by what they say.
    const updates = ten.map((name, i): RoomUpdate => i % 2 === 0
      ? { type: "roster", joined: [person(name)], left: [], online: i + 1 }
      : { type: "entries", entries: [said(i + 1, person(name))] });
    const grown = coloursBy([snapshot({ you: null }), ...updates]);
    expect(new Set(ten.map((name) => of(grown, name))).size).toBe(10);
  });

  it("are followed by others who share what fewest have", () => {
    const room = coloursBy([snapshot({ you: null, people: NAMES.map((name) => person(name)) })]);
    const worn = COLOURS.map((colour) => NAMES.filter((name) => of(room, name) === colour).length);
    expect(worn).toEqual(COLOURS.map(() => 2));
  });
});

describe("a colour", () => {
  it("stays through a new nickname, a leave, older lines and a new snapshot", () => {
    const people = [person("阿明"), person("小李")];
    let room = coloursBy([snapshot({ people, entries: [said(5, person("小李"))], more: true })]);
    const before = of(room, "小李");
    room = coloursBy([
      snapshot({ people, entries: [said(5, person("小李"))], more: true }),
      { type: "people", people: [person("李四", "m-小李")], online: 1, at: 5 },
      { type: "older", page: { before: 5, entries: NAMES.map((name, i) => said(i - 20, person(name, `a-${name}`))), more: false }, gaps: [] },
      { type: "roster", joined: [], left: ["m-小李"], online: 0 },
      snapshot({ people: [person("李四", "m-小李")], entries: [] }),
    ]);
    expect(of(room, "李四", "m-小李")).toBe(before);
  });

  it("is one's own in every room, and that of somebody else where it is free", () => {
    const nicknames = new NicknameColours();
    const [one, two] = [
      snapshot({ you: { member: "a-me", nickname: "阿明" }, people: [person("小李", "a-li"), person("阿明", "a-me")] }),
      snapshot({ you: { member: "z-me", nickname: "阿明" }, people: [person("林晓", "b-lin"), person("小李 2", "z-li"), person("阿明", "z-me")] }),
    ].map((update) => coloursBy([update], nicknames)) as [Colours, Colours];
    expect(of(one, "阿明", "a-me")).toBe(of(two, "阿明", "z-me"));
    expect(of(one, "小李", "a-li")).toBe(of(two, "小李 2", "z-li"));
    expect(new Set([of(two, "阿明", "z-me"), of(two, "小李 2", "z-li"), of(two, "林晓", "b-lin")]).size).toBe(3);
  });

  it("does not hang on the order in which a host lists people", () => {
    const people = NAMES.slice(0, 10).map((name) => person(name));
    const [one, other] = [people, people.toReversed()].map((list) => coloursBy([snapshot({ you: null, people: list })]));
    expect(one).toEqual(other);
  });

  it("is that of a name in large and in small letters", () => {
    const nicknames = new NicknameColours();
    const [one, two] = [person("Wei", "a"), person("WEI", "b")].map((who) => coloursBy([snapshot({ you: null, people: [who] })], nicknames)) as [Colours, Colours];
    expect(two.get("b")).toBe(one.get("a"));
  });

  it("is the user's before it is anybody's who wants the same", () => {
    const wanted = (name: string): string => colourOf(new Map(), null, name);
    const rival = Array.from({ length: 100 }, (_, i) => `客${i}`).find((name) => wanted(name) === wanted("阿明"))!;
    const room = coloursBy([snapshot({ you: { member: "z", nickname: "阿明" }, people: [person(rival, "a"), person("阿明", "z")] })]);
    expect([of(room, "阿明", "z") === wanted("阿明"), of(room, rival, "a") === wanted(rival)]).toEqual([true, false]);
  });

  it("is given to whoever is met, by whatever the room tells", () => {
    const met: readonly [string, RoomUpdate][] = [
      ["w", { type: "welcomed", name: "a", you: { member: "w", nickname: "阿明" }, log: "log", limits: LIMITS_V1 }],
      ["p", { type: "people", people: [person("小李", "p")], online: 1, at: 1 }],
      ["r", { type: "roster", joined: [person("老王", "r")], left: [], online: 1 }],
      ["e", { type: "entries", entries: [said(1, person("林晓", "e"))] }],
      ["o", { type: "older", page: { before: 5, entries: [said(1, person("Wei", "o"))], more: false }, gaps: [] }],
    ];
    for (const [member, update] of met) {
      const known = coloursBy([update]);
      expect([...known.keys()], update.type).toEqual([member]);
      expect(coloured(known, update, new NicknameColours()), "nobody is new").toBe(known);
    }
  });

  it("is there before the room has told who one is", () => {
    expect(COLOURS).toContain(colourOf(new Map(), null, "阿明"));
  });
});

describe("the ten colours", () => {
  it.each(COLOURS)("carry white letters with AA contrast: %s", (colour) => {
    expect(1.05 / (luminance(colour) + 0.05)).toBeGreaterThanOrEqual(4.5);
  });

  it.each([["light", "#fcfbf9"], ["dark", "#1a1816"]])("stand out from the ground of the %s theme", (_, ground) => {
    for (const colour of COLOURS) {
      const [less, more] = [luminance(colour), luminance(ground)].sort((a, b) => a - b) as [number, number];
      expect((more + 0.05) / (less + 0.05)).toBeGreaterThan(1.8);
    }
  });

  it("are told apart by sight", () => {
    const distances = COLOURS.flatMap((one, i) => COLOURS.slice(i + 1).map((other) => distance(one, other)));
    // Twice what two fields beside each other need.
    expect(Math.min(...distances)).toBeGreaterThan(0.12);
  });
});

function linear(colour: string): [number, number, number] {
  return [1, 3, 5].map((at) => {
    const channel = parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
}

/** Relative luminance (WCAG 2.2). */
function luminance(colour: string): number {
  const [r, g, b] = linear(colour);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** How far two colours are apart in Oklab (CSS Color 4), in which black and white are 1 apart. */
function distance(one: string, other: string): number {
  const [a, b] = [lab(one), lab(other)];
  return Math.hypot(...a.map((value, i) => value - b[i]!));
}

function lab(colour: string): [number, number, number] {
  const [r, g, b] = linear(colour);
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s, 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}
