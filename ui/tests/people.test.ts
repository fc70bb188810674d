import { describe, expect, it } from "vitest";
import { avatarLetter, ordered } from "../src/model/room/people";
import type { Person } from "../src/wire";

describe("avatars", () => {
  it.each([["阿明", "明"], ["小李", "李"], ["大伟", "伟"], ["老王", "王"], ["陈老师", "陈"], ["wei", "W"], ["小", "小"], ["老 王", "老"], ["👩‍👩‍👧‍👦 家", "👩‍👩‍👧‍👦"], ["", "?"],
    // Letters of more than one sign, though they begin as plain ones do.
    ["e\u0301lan", "E\u0301"], ["阿明\u0308", "明\u0308"],
    // Letters of Korean that stand alone, also as names were once kept; joined signs; one letter of those that grow by a capital.
    ["ㅋㅋㅋ", "ㅋ"], ["\u110f\u110f\u110f", "ㅋ"], ["\u1172\u1172", "ㅠ"], ["\u1161\u1161", "ㅏ"], ["\u1100", "ㄱ"], ["하나", "하"], ["❤\ufe0f팀", "❤\ufe0f"], ["葛\u{e0100}城", "葛\u{e0100}"],
    ["ßen", "S"], ["ﬁne", "F"], ["ｶﾞ", "ｶﾞ"]])(
    "%s is shown as %s", (nickname, letter) => expect(avatarLetter(nickname)).toBe(letter),
  );
});

describe("the people list", () => {
  it("has the user first, then the others by name", () => {
    const people = ["c 10", "me", "c 2", "b"].map((nickname): Person => ({ member: nickname, nickname, dialect: "v1" }));
    expect(ordered(people, "me", "en").map((person) => person.nickname)).toEqual(["me", "b", "c 2", "c 10"]);
  });
});
