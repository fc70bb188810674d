// What somebody may say to do something to those who read it, as it is read: it leads nowhere else, costs no more than other talk, and
// does not vanish.
import { describe, expect, it } from "vitest";
import { copied } from "../src/model/room/copied";
import { rowsOf } from "../src/model/room/rows";
import { withoutBidiControls } from "../src/model/text/bidi";
import { findLinks } from "../src/model/text/find-links";
import { linkOf, segments } from "../src/model/text/links";
import { plainText } from "../src/model/text/markdown/plain";
import { checkNickname } from "../src/wire";
import { emoji, Malformed } from "../src/wire/read";
import { hostile, hostileTexts } from "./hostile";
import { entry, NOW, roomOf, snapshot } from "./room";

const texts = hostileTexts();
const names = hostile("name").map((one) => ({ ...one, check: checkNickname(one.value) }));

const plainCopy = (text: string): string => {
  const rows = rowsOf(roomOf(snapshot({ entries: [entry(1, "li", text)] })), null, NOW).filter((row) => row.kind === "line");
  return copied({ rows, first: null, last: null }, { clock: () => "12:00", told: () => null, me: "me" })!.plain;
};

describe("the corpus", () => {
  it("tells its cases apart, and says of most what has to be seen", () => {
    const ids = (["text", "name", "emoji"] as const).flatMap((kind) => hostile(kind).map(({ id }) => id));
    expect([new Set(ids).size, ids.length > 240]).toEqual([ids.length, true]);
    expect(texts.filter(({ shows }) => shows !== null).length / texts.length).toBeGreaterThan(0.9);
  });
});

describe("as it is read", () => {
  it.each(texts)("$id leads nowhere but where links of a talk lead", ({ value }) => {
    const protocols = findLinks(value).flatMap(({ start, end, kind }) => {
      const link = linkOf(value.slice(start, end), kind, true);
      // As a browser reads it.
      return link === null ? [] : [new URL(link.url).protocol];
    });
    for (const protocol of protocols) expect(["http:", "https:", "hearth:", "ws:", "wss:", "mailto:"]).toContain(protocol);
    expect(segments(value, true).map(({ text }) => text).join("")).toBe(value);
  });

  it.each(texts)("$id is quoted and copied as what was said", ({ value }) => {
    expect(plainText(value).trim()).not.toBe("");
    expect(plainCopy(value)).toBe(withoutBidiControls(value));
  });

  it.each(names)("$id is a name that is seen, or none", ({ check, shows }) => {
    if (!check.ok) return expect(shows).toBeNull();
    expect(check.name).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069\u200b\u3164]/u);
    expect(check.name).toContain(shows);
    expect(checkNickname(check.name)).toEqual(check);
  });

  it.each(hostile("emoji"))("$id is no reaction", ({ value }) => {
    expect(() => emoji(value)).toThrow(Malformed);
  });
});

describe("soon", () => {
  /** Talk as busy as talk is. */
  const BUSY = "**粗** *斜* `码` [词](https://example.com/a) https://example.com/火 ||密||，一些普通的话 and words @小李\n";
  /** What is read twice is read in a fraction of this, in milliseconds: below it, a ratio says nothing. */
  const LEAST = 4;
  const took = (text: string): number => {
    let least = Infinity;
    for (let n = 0; n < 8 && least > LEAST; n++) {
      const begun = performance.now();
      plainText(text);
      plainCopy(text);
      least = Math.min(least, performance.now() - begun);
    }
    return least;
  };

  it.each(texts.filter(({ value }) => value.length > 1000))("$id is read, beside other talk of its length", ({ value }) => {
    const busy = BUSY.repeat(Math.ceil(value.length / BUSY.length)).slice(0, value.length);
    expect(took(value) / Math.max(LEAST, took(busy))).toBeLessThan(12);
  });
});
