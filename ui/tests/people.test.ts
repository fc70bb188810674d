import { describe, expect, it } from "vitest";
import { AVATAR_COLOURS, avatarColour, avatarLetter, ordered } from "../src/model/room/people";
import type { Person } from "../src/wire";

describe("avatars", () => {
  it.each([["阿明", "明"], ["小李", "李"], ["陈老师", "陈"], ["wei", "W"], ["小", "小"], ["老 王", "老"], ["👩‍👩‍👧‍👦 家", "👩‍👩‍👧‍👦"], ["", "?"],
    // Letters of more than one sign, though they begin as plain ones do.
    ["e\u0301lan", "E\u0301"], ["阿明\u0308", "明\u0308"],
    // Letters of Korean that stand alone, also as names were once kept; joined signs; one letter of those that grow by a capital.
    ["ㅋㅋㅋ", "ㅋ"], ["\u110f\u110f\u110f", "ㅋ"], ["\u1172\u1172", "ㅠ"], ["하나", "하"], ["❤\ufe0f팀", "❤\ufe0f"], ["葛\u{e0100}城", "葛\u{e0100}"],
    ["ßen", "S"], ["ﬁne", "F"], ["ｶﾞ", "ｶﾞ"]])(
    "%s is shown as %s", (nickname, letter) => expect(avatarLetter(nickname)).toBe(letter),
  );

  it("keep their colour, and use them all", () => {
    expect(avatarColour("m-1")).toBe(avatarColour("m-1"));
    const used = new Set(Array.from({ length: 300 }, (_, i) => avatarColour(`0190a000-0000-7000-8000-00000000${i}`)));
    expect(used.size).toBe(AVATAR_COLOURS.length);
  });

  it.each(AVATAR_COLOURS)("white has AA contrast on %s", (colour) => {
    expect(1.05 / (luminance(colour) + 0.05)).toBeGreaterThanOrEqual(4.5);
  });
});

describe("the people list", () => {
  it("has the user first, then the others by name", () => {
    const people = ["c 10", "me", "c 2", "b"].map((nickname): Person => ({ member: nickname, nickname, dialect: "v1" }));
    expect(ordered(people, "me", "en").map((person) => person.nickname)).toEqual(["me", "b", "c 2", "c 10"]);
  });
});

/** Relative luminance (WCAG 2.2). */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
