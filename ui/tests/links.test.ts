import { describe, expect, it } from "vitest";
import vectors from "../../tests/vectors/links.json";
import { findLinks } from "../src/model/text/find-links";
import { type Link, segments } from "../src/model/text/links";

function links(text: string, joining = true): Link[] {
  return segments(text, joining).filter((part) => part.kind === "link");
}

describe("links", () => {
  it("are found among words, and the words stay as they were", () => {
    const text = "见 https://doc.rust-lang.org/book/ch16-02.html，还有 www.example.org/a?b=1。写信给 mail@example.org！";
    expect(segments(text, true).map((part) => part.text).join("")).toBe(text);
    expect(links(text).map((link) => link.url)).toEqual([
      "https://doc.rust-lang.org/book/ch16-02.html", "http://www.example.org/a?b=1", "mailto:mail@example.org",
    ]);
  });

  it.each(["见 https://example.org", "见 WWW.example.org", "见 mail@example.org", "见 mailto:mail@example.org"])("are found where there is but one: %s", (text) => {
    expect(links(text)).toHaveLength(1);
  });

  it("leave what has none as it is", () => {
    expect(segments("今晚八点，老地方见。", true)).toEqual([{ kind: "text", text: "今晚八点，老地方见。" }]);
    expect(segments("", true)).toEqual([]);
  });

  it("stand alone, beside each other and behind what is none, with nothing empty around them", () => {
    for (const [text, parts] of [
      ["https://a.cn", ["https://a.cn"]], ["https://a.cnhttps://b.cn", ["https://a.cn", "https://b.cn"]],
      ["ws://ming@a.cn https://b.cn", ["ws://ming@a.cn ", "https://b.cn"]], ["mail@example.org 见", ["mail@example.org", " 见"]],
    ] as const) expect(segments(text, true).map((part) => part.text)).toEqual(parts);
  });

  it("are no longer than others have them", () => {
    const fits = `http://a.cn/${"x".repeat(4096 - 12)}`;
    expect([links(fits)[0]?.text, links(`${fits}x`)]).toEqual([fits, []]);
    const name = "n".repeat(64);
    expect(links(`${name}@example.org n${name}@example.org`).map((link) => link.text)).toEqual([`${name}@example.org`]);
    expect(links(`http://${name}@example.org/`)[0]?.host).toBe("example.org");
  });

  it.each([
    "a.md 和 readme.rs", "example.com", "main.rs:12", "v1.2.3", "192.168.1.23:8080", "javascript:alert(1)", "file:///etc/passwd",
    "ftp://example.org/x", "//example.org", "data:text/html,x", "vbscript:x", "ws://user@192.168.1.23:8080", "hearth://user@192.168.1.23:8080", "hearth://:word@192.168.1.23:8080", "http://a.cn:99999/",
  ])("are not made of %s", (text) => {
    expect(links(text)).toEqual([]);
  });

  it.each(vectors)("begin and end by rule $rule: $text", ({ text, links }) => {
    expect(findLinks(text).map(({ start, end }) => text.slice(start, end))).toEqual(links);
  });

  it.each(["x", "字", "/字", "/x()"])("have none within them that are too long: %s", (inside) => {
    const long = `http://a.cn/${inside.repeat(4096)}=http://b.cn/`;
    expect(links(`${long}/y http://c.cn`).map((link) => link.text)).toEqual(["http://c.cn"]);
  });

  it("have brackets that are not nested without end", () => {
    const nested = (depth: number): string => `http://a.cn/${"(".repeat(depth)}${")".repeat(depth)}`;
    expect(links(nested(16)).map((link) => link.text)).toEqual([nested(16)]);
    expect(links(nested(17)).map((link) => link.text)).toEqual(["http://a.cn/"]);
  });

  it("are no longer than 4096 bytes, of whatever letters", () => {
    const path = "http://a.cn/";
    for (const [letter, bytes] of [["x", 1], ["火", 3]] as const) {
      const fits = path + letter.repeat(Math.floor((4096 - path.length) / bytes));
      expect(findLinks(fits)).toEqual([{ start: 0, end: fits.length, kind: "scheme" }]);
      expect(findLinks(fits + letter)).toEqual([]);
    }
  });

  it("lead to the host that is read, whatever words stand behind", () => {
    expect(links("https://example.com这个不错")[0]).toMatchObject({ url: "https://example.com/", host: "example.com", disguised: false });
    expect(links("https://例子.测试/火")[0]).toMatchObject({ url: "https://xn--fsqu00a.xn--0zwm56d/%E7%81%AB" });
    expect(links("https://example.com/?q=你好，")[0]).toMatchObject({ url: "https://example.com/?q=%E4%BD%A0%E5%A5%BD" });
  });

  it("lead to rooms, which a page in a browser opens only where it can", () => {
    const text = "来HEARTH://192.168.1.23:8080#p=_____________________w吧，或ws://192.168.1.23:8080、wss://例子.测试/ws";
    expect(links(text).map((link) => [link.url, link.host])).toEqual([
      ["hearth://192.168.1.23:8080#p=_____________________w", "192.168.1.23:8080"],
      ["ws://192.168.1.23:8080", "192.168.1.23:8080"],
      ["wss://例子.测试/ws", "xn--fsqu00a.xn--0zwm56d"],
    ]);
    expect(links(text, false).map((link) => link.url)).toEqual(["hearth://192.168.1.23:8080#p=_____________________w"]);
  });

  it("show where they really lead", () => {
    expect(links("https://bank.example@evil.example/login")[0]).toMatchObject({ host: "evil.example", disguised: true });
    expect(links("https://аррӏе.com/")[0]).toMatchObject({ host: "xn--80ak6aa92e.com", disguised: true });
    expect(links("https://аррӏе.com/?xn--80ak6aa92e.com")[0]).toMatchObject({ disguised: true });
    expect(links("www.example.org/x")[0]).toMatchObject({ host: "www.example.org", disguised: false });
    expect(links("http://example.org:80/x")[0]).toMatchObject({ host: "example.org", disguised: false });
    expect(links("https://Example.ORG/x")[0]).toMatchObject({ host: "example.org", disguised: false });
    expect(links("https://example.org:8443/x")[0]).toMatchObject({ host: "example.org:8443", disguised: false });
    for (const behind of ["?q=1", "#part", "/"]) expect(links(`https://example.org${behind}`)[0]).toMatchObject({ host: "example.org", disguised: false });
    expect(links("https://:bank.example@evil.example/")[0]).toMatchObject({ host: "evil.example", disguised: true });
    expect(links("hearth://аррӏе.com:8080")[0]).toMatchObject({ host: "xn--80ak6aa92e.com:8080", disguised: true });
    expect(links("mailto:mail@example.org?subject=x")[0]).toMatchObject({ host: "mail@example.org", disguised: false });
  });

  it.each(["長い", "a@", "www.", "http://", "http://a(", "http://a/http://", "https://a.長", "www.火", "www.é"])("are found soon among many of %s", (part) => {
    const text = `https://example.org ${part.repeat(16_384 / part.length)} https://example.net`;
    const begun = performance.now();
    expect(links(text).map((link) => link.host)).toContain("example.org");
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});
