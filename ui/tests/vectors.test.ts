// The checks of nicknames and texts hold to the same vectors as Rust's.
import { describe, expect, it } from "vitest";
import nicknames from "../../tests/vectors/nicknames.json";
import texts from "../../tests/vectors/texts.json";
import { checkNickname, checkText, LIMITS_V1 } from "../src/wire";

interface NicknameCase { raw: string; name?: string; error?: string; chars?: number }
interface TextCase { raw: string; text?: string; error?: string; bytes?: number }

describe("nicknames", () => {
  it.each(nicknames as NicknameCase[])("$raw", ({ raw, name, error, chars }) => {
    const checked = checkNickname(raw);
    if (name !== undefined) {
      expect(checked).toEqual({ ok: true, name });
      // The normal form is a fixed point.
      expect(checkNickname(name)).toEqual({ ok: true, name });
    } else if (error === "too_long") {
      expect(checked).toEqual({ ok: false, error, chars, limit: LIMITS_V1.nickname_chars });
    } else {
      expect(checked).toEqual({ ok: false, error });
    }
  });
});

describe("texts", () => {
  it.each((texts as TextCase[]).map((text, i) => ({ i, ...text })))("text $i", ({ raw, text, error, bytes }) => {
    const checked = checkText(raw);
    if (text !== undefined) expect(checked).toMatchObject({ ok: true, text });
    else if (error === "too_long") expect(checked).toEqual({ ok: false, error, bytes, limit: LIMITS_V1.text_bytes });
    else expect(checked).toEqual({ ok: false, error });
  });
});
