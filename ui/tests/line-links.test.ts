// Links to a line: what stands in them, and what is read of them wherever they were pasted.
import { describe, expect, it } from "vitest";
import { isInLog, linkedLine, lineLink } from "../src/wire";

const LOG = "0190a000-0000-7000-8000-00000000c001";
const KEY = "p=_____________________w";
const SECRET = "k=AAECAwQFBgcICQoLDA0ODw";

describe("a link to a line", () => {
  it.each([
    ["http://192.168.1.23:8080/", "http://192.168.1.23:8080/#l=120-0190a000"],
    [`http://192.168.1.23:8080/#${KEY}`, `http://192.168.1.23:8080/#${KEY}&l=120-0190a000`],
    [`http://192.168.1.23:8080/#${SECRET}&${KEY}`, `http://192.168.1.23:8080/#${KEY}&l=120-0190a000`],
    [`http://192.168.1.23:8080/#${SECRET}`, "http://192.168.1.23:8080/#l=120-0190a000"],
    [`hearth://[fd00::5]:8081#${KEY}&${SECRET}`, `hearth://[fd00::5]:8081#${KEY}&l=120-0190a000`],
  ])("to %s opens no door, and is read back", (room, link) => {
    expect(lineLink(room, 120, LOG)).toBe(link);
    expect(linkedLine(link)).toEqual({ seq: 120, log: "0190a000" });
    expect(isInLog(linkedLine(link)!, LOG)).toBe(true);
    expect(isInLog(linkedLine(link)!, "0190a001-0000-7000-8000-00000000c001")).toBe(false);
  });

  it.each(["快看 http://h:1/#l=7-abc。", "http://h:1/#later=x&l=7-abc", "http://h:1/＃l=7-abc，快", "hearth://h#l=7-abc%E3%80%82", "（http://h#l=7-abc）", "#l=7-abc"])("is read from %s", (text) => {
    expect(linkedLine(text)).toEqual({ seq: 7, log: "abc" });
  });

  it.each(["http://h:1/", "http://h:1/#l=7", "http://h:1/#l=-abc", "http://h:1/#l=7-", "http://h:1/#l=7-abcdefghi", "http://h:1/#l=1234567890123456-a", "http://h/?l=7-abc", "http://h/#ll=7-abc", "http://h/#l=7-abc_d", ""])("is not %s", (text) => {
    expect(linkedLine(text)).toBeNull();
  });
});
