// What is copied of the chat list.
import { describe, expect, it } from "vitest";
import { copied, type CopyWords } from "../src/model/room/copied";
import { type Row, rowsOf } from "../src/model/room/rows";
import type { Entry } from "../src/wire";
import { entry, NOW, roomOf, snapshot } from "./room";

const words: CopyWords = {
  clock: (at) => new Date(at).toISOString().slice(11, 16),
  told: (row) => (row.kind === "system" ? `${row.nickname} ${row.event}` : null),
  me: "me",
};

function rows(...entries: Entry[]): Row[] {
  return rowsOf(roomOf(snapshot({ entries })), null, NOW).filter((row) => row.kind !== "day");
}

const at = (seq: number, from: string, text: string, time: string): Entry => ({ ...entry(seq, from, text), at: time });
const plain = (all: readonly Row[], first: string | null = null, last: string | null = null): string | undefined =>
  copied({ rows: all, first, last }, words)?.plain;

describe("the text alone, of one author", () => {
  it("has no name and no time", () => {
    expect(plain(rows(entry(1, "li", "一"), entry(2, "li", "二\n三"), entry(3, "li", "四")))).toBe("一\n二\n三\n四");
  });

  it("also of oneself, with lines that are not stored yet, and under a name one had before", () => {
    const own = { type: "post" as const, id: "a", text: "等着", state: { state: "queued" as const } };
    const mine: Entry = { ...entry(1, "me", "早"), from: { member: "m-me", nickname: "以前的我" } };
    expect(plain(rowsOf(roomOf(snapshot({ entries: [mine], own: [own] })), null, NOW).filter((row) => row.kind === "line"))).toBe("早\n等着");
  });

  it("also of oneself, as whom one was before the host began anew", () => {
    const before: Entry = { ...entry(1, "me", "早"), from: { member: "m-before", nickname: "me" } };
    const room = roomOf(snapshot({ you: { member: "m-before", nickname: "me" } }), snapshot({ entries: [before, entry(2, "me", "又来了")] }));
    expect(plain(rowsOf(room, null, NOW).filter((row) => row.kind === "line"))).toBe("早\n又来了");
  });

  it("is cut at the ends as it was selected", () => {
    const three = rows(entry(1, "li", "第一行"), entry(2, "li", "第二行"), entry(3, "li", "第三行"));
    expect(plain(three, "一行", "第三")).toBe("一行\n第二行\n第三");
    expect(plain(three.slice(0, 1), "一", "一")).toBe("一");
    // A selection that ends before the first letter of a line has nothing of it.
    expect(plain(three, "", "")).toBe("第二行");
  });
});

describe("several authors", () => {
  it("stand with name and time above their lines, as in the list", () => {
    const talk = rows(
      at(1, "小李", "大家好", "2026-11-22T04:01:10Z"), at(2, "小李", "有人吗", "2026-11-22T04:01:40Z"),
      at(3, "Wei", "hi\nthere", "2026-11-22T04:02:00Z"), at(4, "小李", "早", "2026-11-22T04:12:00Z"), at(5, "小李", "晚了", "2026-11-22T04:40:00Z"),
    );
    expect(plain(talk)).toBe("小李 04:01\n大家好\n有人吗\n\nWei 04:02\nhi\nthere\n\n小李 04:12\n早\n\n小李 04:40\n晚了");
    expect(plain(talk.slice(1), "吗", "晚")).toBe("小李 04:01\n吗\n\nWei 04:02\nhi\nthere\n\n小李 04:12\n早\n\n小李 04:40\n晚");
  });

  it("have the date where there is more than one", () => {
    const talk = rows(at(1, "a", "x", "2026-11-21T04:01:00Z"), at(2, "b", "y", "2026-11-22T04:01:00Z"));
    expect(plain(talk)).toBe("a 2026-11-21 04:01\nx\n\nb 2026-11-22 04:01\ny");
  });

  it("have a date of two digits each", () => {
    expect(plain(rows(at(1, "a", "x", "2026-01-05T04:01:00Z"), at(2, "b", "y", "2026-01-06T04:01:00Z")))).toBe("a 2026-01-05 04:01\nx\n\nb 2026-01-06 04:01\ny");
  });

  it("are oneself, too, before the room has told who one is", () => {
    const own = { type: "post" as const, id: "a", text: "等着", state: { state: "queued" as const } };
    const talk = rowsOf(roomOf(snapshot({ you: null, entries: [entry(1, "li", "早")], own: [own] })), null, NOW).filter((row) => row.kind === "line");
    expect(plain(talk)).toMatch(/^li \d\d:\d\d\n早\n\nme \d\d:\d\d\n等着$/);
  });

  it("are told apart by who they are, not by what they are called", () => {
    const twin: Entry = { ...entry(2, "li", "y"), from: { member: "m-other", nickname: "li" } };
    expect(plain(rows(entry(1, "li", "x"), twin))).toContain("li ");
  });
});

describe("who came and went", () => {
  const joined = (seq: number, who: string): Entry => ({ seq, prev: seq - 1, at: new Date(NOW).toISOString(), from: { member: who, nickname: who }, kind: "joined" });

  it("is not copied among lines", () => {
    expect(plain(rows(entry(1, "li", "一"), joined(2, "wei"), entry(3, "li", "二")))).toBe("一\n二");
  });

  it("is copied where nothing else is", () => {
    expect(plain(rows(joined(1, "wei"), joined(2, "li")))).toBe("wei joined\nli joined");
    expect(copied({ rows: [{ kind: "new", key: "new" }], first: null, last: null }, words)).toBeNull();
    expect(copied({ rows: rows(joined(1, "<i>")), first: null, last: null }, words)!.html).toContain("&lt;i&gt; joined");
  });
});

describe("as marked-up text", () => {
  it("is text, with links and directions, and nothing else of what somebody wrote", () => {
    const html = copied({ rows: rows(entry(1, "li", "<b>\"&\nhttps://example.org/?a=1&b=2"), entry(2, "<i>", "שלום")), first: null, last: null }, words)!.html;
    expect(html).toContain('&lt;b&gt;&quot;&amp;<br><a href="https://example.org/?a=1&amp;b=2">https://example.org/?a=1&amp;b=2</a>');
    expect(html).toContain("<b>&lt;i&gt;</b>");
    expect(html.match(/dir="auto"/g)).toHaveLength(2);
    expect(html).not.toContain("<i>");
  });

  it("has no link that seems to lead elsewhere", () => {
    expect(copied({ rows: rows(entry(1, "li", "https://bank.example@evil.example/")), first: null, last: null }, words)!.html).not.toContain("<a");
  });

  it("has no link that nothing else opens", () => {
    const html = copied({ rows: rows(entry(1, "li", "ws://192.168.1.23:8080 hearth://192.168.1.23:8080")), first: null, last: null }, words)!.html;
    expect(html.match(/<a href="[^"]*"/g)).toEqual(['<a href="hearth://192.168.1.23:8080"']);
  });

  it("has no overrides of direction", () => {
    expect(plain(rows(entry(1, "li", "a\u202eb")))).toBe("ab");
  });
});
