import { describe, expect, it } from "vitest";
import searches from "../../tests/vectors/searches.json";
import { excerpt, highlight, matches, terms } from "../src/model/room/highlight";

const hits = (text: string, query: string): string[] => highlight(text, query).filter((part) => part.hit).map((part) => part.text);
const whole = (text: string, query: string): string => highlight(text, query).map((part) => part.text).join("");

describe("a query", () => {
  it("is split by white space, signs and scripts", () => {
    expect(terms("  Deploy 部署server　a-b ")).toEqual(["deploy", "部署", "server", "a-b", "a", "b"]);
    expect(terms(" ++ “” ")).toEqual(["++", "“”"]);
    expect(terms(" \u3000 ")).toEqual([]);
    expect(terms("Ａ a")).toEqual(["a"]);
  });
});

describe("a text", () => {
  it.each(searches)("is found as the host finds it: $query in $text", ({ query, text, found }) => {
    expect(matches(text, query)).toBe(found);
  });
});

describe("a hit", () => {
  it.each([
    ["部署", "今天部署到服务器", ["部署"]],
    ["dep", "Deploy the deployment, redeploy", ["Dep", "dep"]],
    ["DEPLOY", "deploy", ["deploy"]],
    ["wifi", "ＷｉＦｉ 密码", ["ＷｉＦｉ"]],
    ["café", "cafe\u0301 au lait, CAFÉ", ["cafe\u0301", "CAFÉ"]],
    ["fi", "ﬁne", ["ﬁ"]],
    ["a b", "ab b a", ["a", "b", "a"]],
    ["服务器 部署", "部署服务器", ["部署服务器"]],
    ["server", "我的server好了", ["server"]],
    ["3", "13 和 3 号", ["3"]],
    ["かな", "ひらがなかな", ["かな"]],
    ["c++", "C++ can", ["C++"]],
    ["cafe", "CAFÉ", ["CAFÉ"]],
    ["🔥", "围炉🔥夜话", ["🔥"]],
    ["❤\ufe0f", "I ❤ it, I ❤\ufe0f it", ["❤", "❤\ufe0f"]],
    ["1\ufe0f\u20e3", "选 1\u20e3 还是 1\ufe0f\u20e3 还是 1", ["1\u20e3", "1\ufe0f\u20e3"]],
    ["👍", "好👍🏽！", ["👍🏽"]],
    ["👩", "和👩\u200d👧去", ["👩\u200d👧"]],
    ["🏴", "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}!", ["\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}"]],
    ["strasse", "in der Straße 5", ["Straße"]],
    ["Straße", "STRASSE", ["STRASSE"]],
    ["duong", "Đường phố", ["Đường"]],
    ["cooperate", "they co\u00adop\u200bera\u2060te now", ["co\u00adop\u200bera\u2060te"]],
    ["محمد", "قال مُحَمَّد لنا", ["مُحَمَّد"]],
    ["محمد", "محـــمد", ["محـــمد"]],
    ["שלום", "שָׁלוֹם לך", ["שָׁלוֹם"]],
    ["ガギ", "これはｶﾞｷﾞです", ["ｶﾞｷﾞ"]],
    ["からおけ", "夜のカラオケ店", ["カラオケ"]],
    ["한", "\u1112\u1161\u11ab\u1100\u116e\u11a8", ["\u1112\u1161\u11ab"]],
    ["ㅠㅠ", "ㅋㅋㅋㅠㅠ", ["ㅠㅠ"]],
    ["葛城", "葛\u{e0100}城さん", ["葛\u{e0100}城"]],
    ["x", "没有", []],
    ["", "空", []],
  ])("of %j in %j", (query, text, expected) => {
    expect(hits(text, query)).toEqual(expected);
    expect(whole(text, query)).toBe(text);
  });

  it("needs all words for a line to match", () => {
    expect(matches("今天部署 server 到生产", "server 部署")).toBe(true);
    expect(matches("今天部署", "server 部署")).toBe(false);
    expect(matches("什么都有", "？")).toBe(false);
  });
});

describe("an excerpt", () => {
  it("is the whole of a short line, on one line", () => {
    expect(excerpt("一\n二\t 三", "二")).toEqual({
      parts: [{ text: "一 ", hit: false }, { text: "二", hit: true }, { text: " 三", hit: false }], cutBefore: false, cutAfter: false,
    });
  });

  it("is cut around the first hit of a long one", () => {
    const long = `${"前".repeat(400)}目标${"后".repeat(400)}`;
    const { parts, cutBefore, cutAfter } = excerpt(long, "目标");
    expect([cutBefore, cutAfter]).toEqual([true, true]);
    const text = parts.map((part) => part.text).join("");
    expect(text.length).toBe(120);
    expect(text.indexOf("目标")).toBe(24);
    const words = excerpt(`${"word ".repeat(100)}target ${"more ".repeat(100)}`, "target").parts;
    expect(words[0]!.text).toMatch(/^word/);
    expect(words[1]).toEqual({ text: "target", hit: true });
  });

  it("never cuts a sign in two", () => {
    for (let n = 50; n < 70; n++) {
      const text = excerpt(`x${"😀".repeat(n)}`, "x").parts.map((part) => part.text).join("");
      expect(text.isWellFormed()).toBe(true);
    }
  });

  it("is quick on the longest line there can be", () => {
    const start = performance.now();
    excerpt("字a".repeat(4096), "a 字");
    expect(performance.now() - start).toBeLessThan(200);
  });
});
