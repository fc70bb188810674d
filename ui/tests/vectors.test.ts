// Types, and the checks of nicknames and texts, hold to the same vectors as Rust's. Classic messages are read by Rust
// alone: the page has no reader of them.
import { describe, expect, it } from "vitest";
import frames from "../../tests/vectors/frames.json";
import nicknames from "../../tests/vectors/nicknames.json";
import texts from "../../tests/vectors/texts.json";
import { weigh } from "../src/model/text/composer";
import { checkNickname, checkText, type ClientFrame, type Entry, LIMITS_V1, type ServerFrame } from "../src/wire";

interface NicknameCase { raw: string; name?: string; error?: string; chars?: number }
interface TextCase { raw: string; text?: string; error?: string; bytes?: number }

interface FrameCase { name: string; side: "client" | "server"; frame: Frame; canonical?: Frame; page?: Frame }
type Frame = { type: string; kind?: string } & Record<string, unknown>;

/** Which fields a frame has by its type. Neither a new frame nor a new field compiles until it stands here. */
type Fields<F> = { [K in keyof F]-?: Pick<F, K> extends Required<Pick<F, K>> ? "always" : "sometimes" };
type ByType<F extends { type: string }> = { [T in F["type"]]: Fields<Omit<Extract<F, { type: T }>, "type">> };

const CLIENT: ByType<ClientFrame> = {
  hello: { nickname: "always", client: "sometimes", token: "sometimes", secret: "sometimes", password: "sometimes", log: "sometimes", after: "sometimes" },
  post: { id: "sometimes", text: "always", reply: "sometimes", mentions: "sometimes" },
  edit: { id: "sometimes", about: "always", text: "always", mentions: "sometimes" },
  remove: { id: "sometimes", about: "always" },
  react: { id: "sometimes", about: "always", emoji: "always", on: "always" },
  pin: { id: "sometimes", about: "always", on: "always" },
  rename: { id: "sometimes", nickname: "always" },
  history: { before: "always", after: "sometimes", limit: "always" },
  search: { query: "always", before: "sometimes", limit: "always" },
  lines: { lines: "always", pinned: "sometimes" },
  typing: {},
  probed: { nonce: "always", results: "always" },
};

const ENTRY = { seq: "always", prev: "always", at: "always", from: "always", id: "sometimes", kind: "always" } as const;
const SERVER: Omit<ByType<ServerFrame>, "entry"> = {
  welcome: {
    room: "always", you: "always", token: "always", role: "sometimes", rules: "sometimes", people: "always", online: "always", log: "always", head: "always",
    after: "always", limits: "always", talk: "sometimes",
  },
  ack: { id: "always", seq: "always" },
  refused: { id: "sometimes", of: "sometimes", code: "always", message: "always", retry_after_ms: "sometimes" },
  page: { before: "always", after: "sometimes", entries: "always", more: "always" },
  found: { query: "always", before: "sometimes", entries: "always", more: "always", reached: "always" },
  about: { entries: "always" },
  lines: { lines: "always", pinned: "sometimes", entries: "always", rest: "sometimes" },
  typing: { members: "always" },
  gap: { after: "always", to: "always" },
  roster: { joined: "always", left: "always", online: "always" },
  people: { people: "always", online: "always" },
  you: { member: "always", nickname: "always" },
  rules: { members_pin: "sometimes" },
  probe: { nonce: "always", candidates: "always" },
};
const ENTRIES: { [K in Entry["kind"]]: Fields<Extract<Entry, { kind: K }>> } = {
  message: { ...ENTRY, text: "always", time: "sometimes" },
  joined: { ...ENTRY, dialect: "sometimes" },
  left: ENTRY,
  renamed: { ...ENTRY, old: "always" },
  erased: ENTRY,
  addressed: { ...ENTRY, about: "always", reply: "sometimes", mentions: "sometimes" },
  edited: { ...ENTRY, about: "always", text: "always", mentions: "sometimes" },
  removed: { ...ENTRY, about: "always" },
  reacted: { ...ENTRY, about: "always", emoji: "always", on: "always" },
  pinned: { ...ENTRY, about: "always", on: "always" },
  unknown: ENTRY,
};

it("half a sign in a nickname is seen as what could not be read", () => {
  expect(checkNickname("a\ud800b")).toEqual({ ok: true, name: "a\ufffdb" });
});

describe("frames", () => {
  const tables: Record<string, Record<string, string>> = Object.fromEntries([
    ...Object.entries(CLIENT).map(([type, fields]) => [`client ${type}`, fields]),
    ...Object.entries(SERVER).map(([type, fields]) => [`server ${type}`, fields]),
    ...Object.entries(ENTRIES).map(([kind, fields]) => [`server entry ${kind}`, fields]),
  ]);
  const what = (side: string, { type, kind }: Frame): string => (type === "entry" ? `${side} ${type} ${kind}` : `${side} ${type}`);
  const cases = (frames as FrameCase[]).map(({ name, side, frame, canonical = frame, page = canonical }) => ({ name, kind: what(side, page), canonical: page }));

  it.each(cases)("$name", ({ kind, canonical }) => {
    const fields = tables[kind];
    expect(fields, kind).toBeDefined();
    const held = Object.keys(canonical).filter((field) => field !== "type");
    expect(Object.keys(fields!), "what is held is known").toEqual(expect.arrayContaining(held));
    const needed = Object.entries(fields!).filter(([, when]) => when === "always").map(([field]) => field);
    expect(held, "what is needed is held").toEqual(expect.arrayContaining(needed));
  });

  it("of every kind have a vector, with every field", () => {
    const held = (kind: string): Set<string> => new Set(cases.filter((one) => one.kind === kind).flatMap(({ canonical }) => Object.keys(canonical)));
    for (const [kind, fields] of Object.entries(tables)) {
      // Only what a member did has an id.
      const due = Object.keys(fields).filter((field) => field !== "id" || !/entry (?!message|renamed)/.test(kind));
      expect([...held(kind)], kind).toEqual(expect.arrayContaining(due));
    }
  });
});

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
    // The box has something to send where there is something to say.
    const state = text !== undefined ? "fits" : error === "too_long" ? "too_long" : "empty";
    expect(weigh(raw, LIMITS_V1).state).toBe(state);
  });
});
