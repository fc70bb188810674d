// Every error has words in all languages, and the status line says what is true.
import { afterEach, describe, expect, it } from "vitest";
import en from "../messages/en.json";
import zh from "../messages/zh-CN.json";
import tw from "../messages/zh-TW.json";
import { statusLine, type StatusLine } from "../src/model/room/status";
import { getLocale, overwriteGetLocale } from "../src/paraglide/runtime";
import { appErrorWords, failureWords, refusalWords } from "../src/view/words/errors";
import { charsWords, systemWords } from "../src/view/words/names";
import { statusDetail, statusWords } from "../src/view/words/status";
import { clockTime, dayWords } from "../src/view/words/time";
import type { AddressError, AppError, CertificateProblem, ConnectError, Hosting, RefusalCode, Room, RoomProblem, StartError, Status } from "../src/wire";
import { locales } from "../project.inlang/settings.json";
import { NOW, roomOf, snapshot } from "./room";

afterEach(() => overwriteGetLocale(() => "en"));

function inBoth<T>(words: () => T): { zh: T; en: T } {
  overwriteGetLocale(() => "zh-CN");
  const chinese = words();
  overwriteGetLocale(() => "en");
  return { zh: chinese, en: words() };
}

function inAll<T>(words: () => T): { zh: T; tw: T; en: T } {
  overwriteGetLocale(() => "zh-TW");
  const tw = words();
  return { tw, ...inBoth(words) };
}

// One of each. The records do not compile when a variant is missing.
const host = "h.example", port = 8080;
const connects: { [K in ConnectError["code"]]: Extract<ConnectError, { code: K }> } = {
  name_not_found: { code: "name_not_found", host }, no_zone: { code: "no_zone", zone: "eth9" }, refused: { code: "refused", host, port }, unreachable: { code: "unreachable", host },
  timed_out: { code: "timed_out", host, port, seconds: 10 }, not_web_socket: { code: "not_web_socket", host, port, status: 404 },
  certificate: { code: "certificate", host, problem: "expired" }, wrong_key: { code: "wrong_key", host }, no_tls: { code: "no_tls", host, port },
  wrong_version: { code: "wrong_version", host, version: "9" }, wrong_dialect: { code: "wrong_dialect", host },
  room_full: { code: "room_full" }, address_limit: { code: "address_limit" }, origin_refused: { code: "origin_refused" },
  host_name: { code: "host_name", host }, rate_refused: { code: "rate_refused" }, hello_refused: { code: "hello_refused", reason: "storage" },
  host_stopped: { code: "host_stopped" }, link_broken: { code: "link_broken" }, silent: { code: "silent", seconds: 35 }, cancelled: { code: "cancelled" },
};
const addresses: { [K in AddressError["reason"]]: Extract<AddressError, { reason: K }> } = {
  empty: { reason: "empty" }, scheme: { reason: "scheme", scheme: "gopher" }, port: { reason: "port" }, host: { reason: "host" },
  link: { reason: "link" }, no_link: { reason: "no_link" }, several: { reason: "several" },
};
const starts: { [K in StartError["code"]]: Extract<StartError, { code: K }> } = {
  port_taken: { code: "port_taken", port }, port_forbidden: { code: "port_forbidden", port: 80 },
  port_refused_by_browsers: { code: "port_refused_by_browsers", port: 6666 },
  unreadable: { code: "unreadable", message: "entry 7: its checksum is wrong" },
  address_not_local: { code: "address_not_local", address: "10.9.9.9" }, system: { code: "system", message: "no sockets" },
};
const file = "/home/ming/.local/share/hearth/rooms/friday.sqlite";
const problems: { [K in RoomProblem["code"]]: Extract<RoomProblem, { code: K }> } = {
  in_use: { code: "in_use" }, damaged: { code: "damaged", file }, too_new: { code: "too_new", file }, full: { code: "full" },
  system: { code: "system", file, message: "permission denied" },
};
const apps: { [K in AppError["error"]]: Extract<AppError, { error: K }> } = {
  address: { error: "address", address: addresses.port }, connect: { error: "connect", connect: connects.refused }, other_key: { error: "other_key", address: "wss://h.example:8080" },
  host: { error: "host", host: starts.port_taken }, room: { error: "room", problem: problems.damaged }, nickname_empty: { error: "nickname_empty" },
  nickname_too_long: { error: "nickname_too_long", limit: 32 }, link_refused: { error: "link_refused" },
  unknown_room: { error: "unknown_room" }, busy: { error: "busy" }, password_too_long: { error: "password_too_long" },
  too_many_invites: { error: "too_many_invites" }, unknown_invite: { error: "unknown_invite" },
  no_download_folder: { error: "no_download_folder" }, system: { error: "system", message: "disk full" },
};
const certificates: Record<CertificateProblem, true> = { unknown_issuer: true, expired: true, wrong_name: true, other: true };
const refusals: Record<RefusalCode, true> = {
  malformed: true, unknown_type: true, hello_expected: true, nickname_empty: true, nickname_too_long: true, text_empty: true,
  text_too_long: true, rate_limited: true, room_full: true, address_limit: true, origin: true, host_name: true, storage: true,
  invite_needed: true, password_needed: true, invite_unknown: true, invite_expired: true, invite_revoked: true, invite_used_up: true,
  password_wrong: true, too_many_guesses: true, read_only: true, line_gone: true, not_yours: true, too_many: true, owners_only: true, other: true,
};

const errors: AppError[] = [
  ...Object.values(apps),
  ...Object.values(addresses).map((address): AppError => ({ error: "address", address })),
  ...Object.values(connects).map((connect): AppError => ({ error: "connect", connect })),
  ...Object.keys(certificates).map((problem): AppError => ({ error: "connect", connect: { code: "certificate", host, problem: problem as CertificateProblem } })),
  { error: "connect", connect: { code: "not_web_socket", host, port, status: null } },
  ...Object.values(starts).map((start): AppError => ({ error: "host", host: start })),
  ...Object.values(problems).map((problem): AppError => ({ error: "room", problem })),
];

describe("errors", () => {
  it.each(errors.map((error) => [JSON.stringify(error), error] as const))("%s has words in all languages", (_, error) => {
    const words = inAll(() => appErrorWords(error));
    expect(words.zh).toMatch(/\p{Script=Han}/u);
    expect(words.tw).toMatch(/\p{Script=Han}/u);
    expect(words.en).toMatch(/^[^\p{Script=Han}{}]+$/u);
    // What the error tells is told to the user, too.
    for (const fact of facts(error)) {
      expect(words.zh).toContain(fact);
      expect(words.tw).toContain(fact);
      expect(words.en).toContain(fact);
    }
  });

  it("have words of their own, each", () => {
    const all = Object.values(connects).map((connect) => appErrorWords({ error: "connect", connect }));
    expect(new Set(all).size).toBe(all.length);
    const why = (Object.keys(refusals) as RefusalCode[]).map(refusalWords);
    expect(new Set(why).size).toBe(why.length);
  });

  it.each(Object.keys(refusals) as RefusalCode[])("a line refused for %s says why", (reason) => {
    const words = inAll(() => failureWords({ code: "refused", reason }));
    expect(words.zh).toMatch(/^没有发出：./);
    expect(words.tw).toMatch(/^沒有送出：./);
    expect(words.en).toMatch(/^Not sent: ./);
  });

  it("a line that may have arrived is not called lost", () => {
    const codes = ["unconfirmed", "not_echoed", "came_back_changed"] as const;
    const words = codes.map((code) => inBoth(() => failureWords({ code })));
    for (const { zh, en } of words) {
      expect(en).toMatch(/^May not have arrived: .*may send it twice/);
      expect(zh).toMatch(/^不确定是否送达：.*重复/);
    }
    expect(words.map(({ en }) => /connection was lost/.test(en))).toEqual([true, false, false]);
    expect(words.map(({ zh }) => /连接断开/.test(zh))).toEqual([true, false, false]);
    expect(new Set(words.map(({ zh }) => zh)).size).toBe(codes.length);
  });
});

/** Names and numbers that stand in an error. */
function facts(error: AppError): string[] {
  const named = ["file", "host", "port", "seconds", "status", "detail", "scheme", "address", "message", "limit"];
  const found: string[] = [];
  JSON.stringify(error, (key, value: unknown) => {
    if (named.includes(key) && (typeof value === "string" || typeof value === "number")) found.push(String(value));
    return value;
  });
  return found;
}

describe("the status line", () => {
  const info: Room = { key: "r", url: "ws://192.168.1.23:8080", name: null, hosted: false };
  const off: Hosting = { state: "off" };

  it.each<[string, Status, string, string]>([
    ["connecting", { state: "connecting" }, "正在连接", "Connecting"],
    ["connected", { state: "connected", dialect: "v1" }, "服务已连接", "Connected"],
    ["counting down", { state: "reconnecting", in_ms: 2900, attempt: 1, error: { code: "link_broken" } }, "3 秒后重连", "Reconnecting in 3 s"],
    ["trying", { state: "reconnecting", in_ms: 0, attempt: 1, error: { code: "link_broken" } }, "正在重连", "Reconnecting"],
    ["left", { state: "disconnected", error: null }, "服务已断开", "Disconnected"],
    ["stopped", { state: "disconnected", error: { code: "host_stopped" } }, "服务已断开", "Disconnected"],
    ["called off", { state: "disconnected", error: { code: "cancelled" } }, "服务已断开", "Disconnected"],
    ["failed", { state: "disconnected", error: { code: "room_full" } }, "服务错误：", "Connection error:"],
  ])("%s", (_, status, zhWords, enWords) => {
    const line = statusLine(roomOf(snapshot(), { type: "status", status }), info, off, NOW);
    expect(line.url).toBe(info.url);
    expect(inBoth(() => statusWords(line))).toEqual({ zh: zhWords, en: enWords });
  });

  it("counts down, and never shows a wait that is over", () => {
    const room = roomOf(snapshot(), { type: "status", status: { state: "reconnecting", in_ms: 3000, attempt: 1, error: { code: "link_broken" } } });
    const at = (ms: number): StatusLine => statusLine(room, info, off, NOW + ms);
    expect([0, 1, 1999, 2001, 2999, 3000, 9000].map((ms) => (at(ms) as { seconds: number }).seconds)).toEqual([3, 3, 2, 1, 1, 0, 0]);
  });

  it("gives the best address of one's own room", () => {
    const hosting: Hosting = {
      state: "on", port, asked_port: port, reach: "network", foreign_pages: false, access: { closed: false, password: false }, invites: [], rules: {}, fragment: "", outside: { state: "off" }, room: "r", id: "o", storage: "fine", way_in: "addresses",
      addresses: [
        { url: "ws://192.168.1.9:8080", page: "http://192.168.1.9:8080/", kind: "lan" },
        { url: "ws://172.17.0.1:8080", page: "http://172.17.0.1:8080/", kind: "virtual" },
      ],
    };
    expect(statusLine(roomOf(snapshot()), { ...info, url: "wss://192.168.1.99:8081" }, off, NOW).url, "where it is now").toBe("wss://192.168.1.99:8081");
    expect(statusLine(roomOf(snapshot()), info, hosting, NOW).url, "of another room").toBe(info.url);
    const line = statusLine(roomOf(snapshot()), { ...info, url: "ws://127.0.0.1:8080", hosted: true }, hosting, NOW);
    expect(line).toEqual({ state: "connected", url: "ws://192.168.1.9:8080", hosted: true, classic: false });
    expect(inBoth(() => statusWords(line))).toEqual({ zh: "正在主持", en: "Hosting" });
  });

  it("says what a classic server cannot do, and why a link is down", () => {
    const classic: StatusLine = { state: "connected", url: "", hosted: false, classic: true };
    expect(inBoth(() => statusDetail(classic))).toEqual({ zh: "老式服务器：没有历史、名单和回执", en: "Classic server: no history, roster or receipts" });
    const down: StatusLine = { state: "reconnecting", url: "", seconds: 1, error: connects.refused };
    expect(statusDetail(down)).toContain("8080");
  });
});

describe("languages", () => {
  const catalogues: Record<string, Record<string, unknown>> = { en, "zh-CN": zh, "zh-TW": tw };

  it("are those that are told to the compiler", () => {
    expect(Object.keys(catalogues)).toEqual(locales);
  });

  it("have the same messages in the same order, with the same placeholders", () => {
    const holes = (text: unknown): string[] => [...new Set(JSON.stringify(text).match(/\{\w+\}/g) ?? [])].sort();
    for (const catalogue of Object.values(catalogues)) {
      expect(Object.keys(catalogue)).toEqual(Object.keys(en));
      for (const [key, message] of Object.entries(en)) expect([key, holes(catalogue[key])]).toEqual([key, holes(message)]);
    }
  });

  it("leave the blank beside a name to what is known of the name", () => {
    // As they are drawn; with a time behind the name; with a whole path.
    const drawn = [
      "joined", "left", "renamed", "host_visit_network", "host_visit_vpn", "host_visit_internet", "doctor_seen",
      "room_damaged", "room_too_new", "room_system",
    ];
    for (const catalogue of [zh, tw]) {
      const spaced = Object.entries(catalogue).filter(([key, message]) => {
        return !drawn.includes(key) && /\{(?:nickname|owner|by|file|who|name|room)\} \p{Script=Han}|\p{Script=Han} \{(?:nickname|owner|by|file|who|name|room)\}/u.test(String(message));
      });
      expect(spaced.map(([key]) => key)).toEqual([]);
    }
  });

  it("have variants where numbers decide the form, and nowhere else", () => {
    for (const catalogue of Object.values(catalogues)) {
      for (const [key, message] of Object.entries(catalogue)) {
        const forms = typeof message === "string" ? [] : (message as { match: Record<string, string> }[]).flatMap(({ match }) => Object.keys(match).map((form) => form.split("=")[1]));
        // Chinese has one form for all numbers.
        expect([key, forms]).toEqual([key, catalogue === en && typeof en[key as keyof typeof en] !== "string" ? ["one", "other"] : []]);
      }
    }
  });

  it("are each written in their own characters, quotes and marks", () => {
    const strange = (catalogue: object, signs: string): string[] =>
      Object.entries(catalogue).filter(([key, text]) => key !== "$schema" && new RegExp(`[${signs}]`).test(JSON.stringify(text))).map(([key]) => key);
    expect(strange(tw, SIMPLIFIED)).toEqual([]);
    expect(strange(zh, TRADITIONAL)).toEqual([]);
    expect(strange(tw, "“”‘’"), "quotes are 「」").toEqual([]);
    expect(strange(zh, "「」『』"), "quotes are “”").toEqual([]);
    for (const [key, text] of [...Object.entries(zh), ...Object.entries(tw)]) {
      expect(text, key).not.toMatch(/\p{Script=Han}[,;:?!()]|[,;?!()]\p{Script=Han}/u);
    }
  });

  it("word days and times", () => {
    const day = new Date(NOW).setHours(0, 0, 0, 0);
    expect(inBoth(() => dayWords(day, NOW, "zh-CN")).zh).toBe("今天");
    expect(inAll(() => dayWords(day, NOW, "zh-TW")).tw).toBe("今天");
    expect(dayWords(new Date(2025, 0, 5).getTime(), NOW, "zh-TW")).toMatch(/^2025年1月5日 ?星期日$/);
    expect(dayWords(day - 86_400_000, NOW, "en")).toBe("Yesterday");
    expect(dayWords(new Date(2025, 0, 5).getTime(), NOW, "zh-CN")).toBe("2025年1月5日星期日");
    expect(clockTime(new Date(2026, 10, 22, 0, 5).getTime())).toBe("00:05");
  });

  it("tell about how many characters, and never promise more than fit", () => {
    const chars = (count: number, towards: "up" | "down") => inBoth(() => charsWords(count, getLocale(), towards));
    expect([0, 1, 99, 5461, 9999, 10_000, 123_456].map((count) => chars(count, "down").zh)).toEqual(["0 字", "1 字", "99 字", "5400 字", "9900 字", "1 万字", "12 万字"]);
    expect([1, 5401, 9901, 123_456].map((count) => chars(count, "up").zh)).toEqual(["1 字", "5500 字", "1 万字", "13 万字"]);
    expect([1, 2, 5461, 123_456].map((count) => chars(count, "down").en)).toEqual(["1 character", "2 characters", "5,400 characters", "120,000 characters"]);
  });

  it("tell how many characters, in ten thousands where those are counted", () => {
    expect(inAll(() => charsWords(290_000, getLocale(), "down"))).toEqual({ zh: "29 万字", tw: "29 萬字", en: "290,000 characters" });
    expect(inAll(() => charsWords(5_400, getLocale(), "down"))).toEqual({ zh: "5400 字", tw: "5400 字", en: "5,400 characters" });
  });

  it("set names apart in sentences", () => {
    const row = { kind: "system", key: "1", seq: 1, event: "renamed", author: "m", nickname: "a {old}", old: "b", at: 0 } as const;
    expect(inBoth(() => systemWords(row))).toEqual({
      zh: [{ text: "b", apart: true }, { text: " 改名为 ", apart: false }, { text: "a {old}", apart: true }],
      en: [{ text: "b", apart: true }, { text: " is now ", apart: false }, { text: "a {old}", apart: true }],
    });
  });
});

/** What is written otherwise in Taiwan, of the characters in `zh-CN.json`; and the other way round. */
const SIMPLIFIED =
    "与专丢两个为么义书于云从们会侧关内写几则刚删别务动区协单却历双发变号后吗听员响围图场坏墙处备复夹头学实宽对导属应废开录径态户执扫拟挡损换据断" +
    "无旧时昵显暂机权条构栏样桥检欢汉没浅浏滚满炉点热状独现电监盖盘码确离种称签约线终经结绕给络绝统继续维缩网脑腾营虚装见观规览认让议记许设访证诉" +
    "词试话询语误说请读谁账贴转载输边达过运还这进连选里钟钥链销错键长闭问闲间队随隐难页项题额马并占择数联来";
const TRADITIONAL =
    "與專兩個為麼書於雲從們會側關內寫幾則剛刪別動區協單卻歷雙發變號後嗎員響圍圖場壞牆處備復夾頭寬對屬應開錄徑態掃擬擋損換斷無舊時暱顯暫機權構樣橋" +
    "檢歡沒淺瀏滿爐點熱狀現電盤碼確離種稱簽約線終經結繞給絕統繼續縮網腦騰虛裝觀規覽認讓記許設訪證訴詞試話詢語誤說請讀誰貼轉載輸邊達過還這進連選裡" +
    "鐘鑰銷錯鍵長閉問間隨隱難頁項題額際並佔閱儲訊業產傳憑啟尋報擇數檔訂資較遺來匯帳複螢闔";
