// A host of before what is said about lines: what it would not know is not offered, and names in words are all that it has.
import { expect, it } from "vitest";
import { isForMe } from "../src/model/room/for-me";
import { actsOn } from "../src/model/room/line-acts";
import { reduce } from "../src/model/room/reduce";
import { lastOwn } from "../src/model/room/rows";
import { LIMITS_V1 } from "../src/wire";
import { entry, NOW, roomOf, snapshot } from "./room";

const ROW = { seq: 1, mine: true, state: "stored" } as const;
const NAMED = { mine: false, text: "@me 在吗" };
const OF_NONE = { reply: null, mentions: null };

it("is offered lines alone until the host is of today", () => {
  const before = roomOf(snapshot({ plain: true, role: "owner", entries: [entry(1, "me", "一")] }));
  expect(Object.values(actsOn(before, ROW, false)).some(Boolean)).toBe(false);
  expect(lastOwn(before)).toBeNull();
  expect(isForMe(before, NAMED, OF_NONE)).toBe(true);

  const today = reduce(before, { type: "welcomed", name: "围炉", you: before.you, role: "owner", log: before.log ?? "", limits: LIMITS_V1 }, NOW);
  expect(Object.values(actsOn(today, ROW, false)).every(Boolean)).toBe(true);
  expect(lastOwn(today)).toEqual({ seq: 1, text: "一" });
  expect(isForMe(today, NAMED, OF_NONE)).toBe(false);
});
