import { describe, expect, it } from "vitest";
import { type Link, segments } from "../src/model/text/links";

function links(text: string): Link[] {
  return segments(text).filter((part) => part.kind === "link");
}

describe("links", () => {
  it("are found among words, and the words stay as they were", () => {
    const text = "见 https://doc.rust-lang.org/book/ch16-02.html，还有 www.example.org/a?b=1。写信给 mail@example.org！";
    expect(segments(text).map((part) => part.text).join("")).toBe(text);
    expect(links(text).map((link) => link.url)).toEqual([
      "https://doc.rust-lang.org/book/ch16-02.html", "http://www.example.org/a?b=1", "mailto:mail@example.org",
    ]);
  });

  it.each(["见 https://example.org", "见 WWW.example.org", "见 mail@example.org", "见 mailto:mail@example.org"])("are found where there is but one: %s", (text) => {
    expect(links(text)).toHaveLength(1);
  });

  it("leave what has none as it is", () => {
    expect(segments("今晚八点，老地方见。")).toEqual([{ kind: "text", text: "今晚八点，老地方见。" }]);
    expect(segments("")).toEqual([]);
  });

  it.each([
    "a.md 和 readme.rs", "example.com", "main.rs:12", "v1.2.3", "192.168.1.23:8080", "javascript:alert(1)", "file:///etc/passwd",
    "ftp://example.org/x", "//example.org", "data:text/html,x", "ws://192.168.1.23:8080", "hearth://host", "vbscript:x",
  ])("are not made of %s", (text) => {
    expect(links(text)).toEqual([]);
  });

  it("show where they really lead", () => {
    expect(links("https://bank.example@evil.example/login")[0]).toMatchObject({ host: "evil.example", disguised: true });
    expect(links("https://аррӏе.com/")[0]).toMatchObject({ host: "xn--80ak6aa92e.com", disguised: true });
    expect(links("https://аррӏе.com/?xn--80ak6aa92e.com")[0]).toMatchObject({ disguised: true });
    expect(links("www.example.org/x")[0]).toMatchObject({ host: "www.example.org", disguised: false });
    expect(links("http://example.org:80/x")[0]).toMatchObject({ host: "example.org", disguised: false });
    expect(links("https://Example.ORG/x")[0]).toMatchObject({ host: "example.org", disguised: false });
    expect(links("https://example.org:8443/x")[0]).toMatchObject({ host: "example.org:8443", disguised: false });
  });

  it("are found soon in a long text", () => {
    const text = `${"長い".repeat(4000)} https://example.org ${"a@".repeat(2000)}`;
    expect(links(text).map((link) => link.host)).toContain("example.org");
  });
});
