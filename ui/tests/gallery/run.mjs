// Shows every scene in a headless Chromium: with --axe it looks for what shuts people out, with --shots it takes
// pictures. `--only NAME,NAME` shows some scenes alone.
import { createServer } from "node:http";
import { mkdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { scrollsBack } from "./past.mjs";
import { jumps } from "./place.mjs";

const flags = process.argv.slice(2);
const only = flags.includes("--only") ? flags[flags.indexOf("--only") + 1].split(",") : null;
const here = fileURLToPath(new URL(".", import.meta.url));
const shots = join(here, "../../../screenshots/gallery");
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const LOOKS = [
  { name: "zh-light", theme: "light", language: "zh-CN" },
  { name: "zh-dark", theme: "dark", language: "zh-CN" },
  { name: "en-light", theme: "light", language: "en" },
  { name: "en-dark", theme: "dark", language: "en" },
];
const WIDE = { width: 1240, height: 800 };
const MIDDLE = { width: 1100, height: 720 };
const NARROW = { width: 640, height: 720 };
const LOW = { width: 640, height: 480 };
const BIG = { width: 1600, height: 900 };
/** A telephone: what fingers press must be as large as they are. */
const PHONE = { width: 360, height: 720 };
const FINGER = 40;
const EVERYWHERE = ["access", "share-closed", "doctor", "join-nearby", "first", "hosting", "reconnecting", "classic", "hostile", "search", "jumped", "own-rooms", "first-again"];
const SCENES = [
  "first", "join-error", "joining", "host-error", "hosting", "share", "reconnecting", "classic", "settings", "closing", "failed",
  "hostile", "stopped", "long", "joined-empty", "host-dialog", "join-dialog", "nickname", "gap", "restarted", "unread",
  "past", "search", "search-none", "search-part", "jumped", "room-menu", "exported", "keep-trouble", "storage-full",
  "storage-damaged", "first-again", "host-choice", "own-rooms", "own-rooms-none", "own-room-menu", "own-room-exported",
  "own-room-failed", "retention", "delete-room",
  "closed", "closed-none", "share-closed", "share-none", "share-others", "access-open", "access", "access-none", "access-many",
  "invite-form", "invite-qr", "invite-revoke", "password-new", "join-nearby", "join-looking", "join-password", "join-invite",
  "doctor", "doctor-looking", "doctor-alone", "doctor-carrier", "doctor-mapped", "doctor-error",
  "join-wrong-key", "opened", "opened-unnamed", "opened-wrong", "opened-password", "reader", "encrypted",
  "guest-password", "guest-invite", "guest-reader",
  "guest-card", "guest-room", "guest-menu", "guest-people", "guest-settings", "guest-reconnecting",
];

// The shell's own policy, and its frozen prototypes, so that what they would break is an error here, too.
const { csp, freezePrototype } = JSON.parse(readFileSync(join(here, "../../../tauri.conf.json"), "utf8")).app.security;

const server = createServer((request, response) => {
  const path = new URL(request.url, "http://gallery").pathname;
  try {
    const body = readFileSync(join(here, "dist", path === "/" ? "index.html" : path));
    const type = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" }[extname(path) || ".html"];
    response.writeHead(200, { "content-type": type, "content-security-policy": csp }).end(body);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));

const browser = await chromium.launch({
  executablePath: process.env.HEARTH_CHROMIUM ?? process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-dev-shm-usage"],
});
let failures = 0;
let passes = 0;
try {
  mkdirSync(shots, { recursive: true });
  const shown = SCENES.filter((name) => only === null || only.includes(name)).flatMap((scene) => LOOKS.flatMap((look) => sizesOf(scene, look).map((size) => [scene, look, size])));
  // A few at a time: most of it is waiting.
  await Promise.all(Array.from({ length: 4 }, async () => {
    for (let next = shown.shift(); next; next = shown.shift()) await show(...next);
  }));
} finally {
  await browser.close();
  server.close();
}
process.stdout.write(`gallery: ${passes} passed, ${failures} failed\n`);
process.exitCode = failures > 0 ? 1 : 0;

function sizesOf(scene, look) {
  if (scene.startsWith("guest-")) return !flags.includes("--shots") && !["zh-light", "en-dark"].includes(look.name) ? [] : [MIDDLE, PHONE];
  // Without pictures, both themes, both languages and the two layouts are enough.
  if (!flags.includes("--shots")) return ["zh-light", "en-dark"].includes(look.name) ? [MIDDLE, NARROW, LOW] : [];
  const sizes = look.name === "zh-light" || EVERYWHERE.includes(scene) ? [WIDE, MIDDLE, NARROW] : [MIDDLE];
  if (["first", "joining", "share-closed", "access", "access-many", "invite-form", "opened-password", "doctor", "doctor-mapped"].includes(scene) && look.name === "zh-light") sizes.push(LOW);
  return scene === "hosting" ? [...sizes, BIG] : sizes;
}

async function show(scene, look, size) {
  const label = `${scene} ${look.name} ${size.width}x${size.height}`;
  const context = await browser.newContext({ viewport: size, timezoneId: "Asia/Shanghai", locale: look.language, reducedMotion: "reduce", ...(size === PHONE ? { isMobile: true, hasTouch: true } : {}) });
  const page = await context.newPage();
  if (freezePrototype) await page.addInitScript(() => Object.freeze(Object.prototype));
  // In this scene the user comes back after 270 lines were read.
  const mark = JSON.stringify([["ws://192.168.1.23:8080", { log: "log-1", read: 270, divider: null }]]);
  if (scene === "unread") await page.addInitScript((read) => localStorage.setItem("hearth.read", read), mark);
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await page.clock.setFixedTime(new Date("2026-11-22T12:08:00+08:00"));
  const { port } = server.address();
  await page.goto(`http://127.0.0.1:${port}/?scene=${scene}&theme=${look.theme}&language=${look.language}`);
  await act(page, scene);
  await page.waitForTimeout(scene === "unread" ? 600 : 250);
  if (flags.includes("--shots")) await page.screenshot({ path: join(shots, `${scene}-${look.name}-${size.width}${size === LOW ? "-low" : ""}.png`) });
  if (scene === "joined-empty" && look.name === "zh-light") errors.push(...(await jumps(page)));
  if (scene === "past" && look.name === "zh-light" && size === MIDDLE) {
    const { wrong, measured } = await scrollsBack(page);
    process.stdout.write(`scrolling back: ${measured}\n`);
    errors.push(...wrong);
  }
  if (flags.includes("--axe")) errors.push(...(await violations(page)));
  const jump = await page.getByTestId("new-messages").count();
  if (jump > 0 && !["long", "unread", "past", "jumped"].includes(scene)) errors.push("the list is not at its newest line");
  const seen = await page.getByTestId("status").first().evaluate((line) => {
    const { top, bottom, height } = line.getBoundingClientRect();
    return height > 0 && top >= 0 && bottom <= innerHeight;
  });
  if (!seen) errors.push("the status line is out of sight");
  const cut = await page.getByTestId("status").first().evaluate((line) => {
    const address = line.querySelector("code");
    if (address === null) return false;
    const text = document.createRange();
    text.selectNodeContents(address);
    // A part of a pixel is enough for dots in its place.
    return text.getBoundingClientRect().width - address.getBoundingClientRect().width > 0.02;
  });
  if (cut) errors.push("the address is cut");
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (overflow > 0) errors.push(`the page is ${overflow} px too wide`);
  if (size === PHONE) errors.push(...(await tooSmall(page)));
  if (errors.length > 0) {
    failures += 1;
    console.error(`FAILED ${label}\n  ${errors.join("\n  ")}`);
  } else {
    passes += 1;
  }
  await context.close();
}

async function act(page, scene) {
  const acts = {
    "join-error": async () => (await fill("join-address", "ws://192.168.1.99:8080"), await click("join-button")),
    joining: async () => (await fill("join-address", "ws://192.168.1.99:8080"), await click("join-button")),
    "host-error": async () => (await fill("host-port", "80"), await click("host-start")),
    share: async () => (await viaRail(), await click("share-open")),
    closed: () => viaRail(),
    "closed-none": () => viaRail(),
    "share-closed": async () => (await viaRail(), await click("share-open"), await page.getByTestId("qr").waitFor()),
    "share-none": async () => (await viaRail(), await click("share-open")),
    "share-others": async () => {
      await viaRail();
      await click("share-open");
      await page.getByTestId("share-others").locator("summary").click();
    },
    "access-open": () => access(),
    access: () => access(),
    "access-none": () => access(),
    "access-many": () => access(),
    "invite-form": async () => (await access(), await click("invite-new"), await fill("invite-note", "读书会的新同学")),
    "invite-qr": async () => (await access(), await click("invite-qr"), await page.getByTestId("qr").waitFor()),
    "invite-revoke": async () => (await access(), await click("invite-revoke")),
    "password-new": async () => (await access(), await click("password-change"), await click("password-save")),
    doctor: () => doctor("reach"),
    "doctor-looking": () => doctor("reach"),
    "doctor-alone": async () => (await viaRail(), await click("share-open"), await click("share-doctor"), await page.getByTestId("doctor-asked").waitFor()),
    "doctor-carrier": () => doctor("doctor-asked"),
    "doctor-mapped": () => doctor("doctor-asked"),
    "doctor-error": () => doctor("doctor-error"),
    "join-looking": async () => (await viaRail(), await click("open-join"), await page.getByTestId("nearby-looking").waitFor()),
    "join-nearby": () => page.getByTestId("nearby-room").first().waitFor(),
    "join-password": async () => (await page.getByTestId("nearby-room").nth(1).click(), await fill("join-password", "x"), await click("join-button")),
    "join-invite": async () => (await page.getByTestId("nearby-room").nth(1).click(), await page.getByTestId("join-error").waitFor()),
    "join-wrong-key": async () => (await fill("join-address", "http://192.168.1.99:8080/#p=_____________________w"), await click("join-button")),
    opened: () => page.getByTestId("opened-join").waitFor(),
    "opened-unnamed": () => page.getByTestId("opened-join").waitFor(),
    "opened-wrong": () => page.getByTestId("opened-problem").waitFor(),
    "opened-password": async () => (await click("opened-join"), await fill("join-password", "x"), await click("opened-join")),
    "guest-password": async () => (await fill("join-password", "x"), await click("guest-enter")),
    settings: async () => (await page.keyboard.press("Control+,"), await page.getByTestId("settings-dialog").waitFor()),
    closing: () => page.getByTestId("close-dialog").waitFor(),
    "host-dialog": async () => (await viaRail(), await click("host-toggle"), await page.getByTestId("host-start").waitFor()),
    "join-dialog": async () => (await viaRail(), await click("open-join"), await page.getByTestId("join-button").waitFor()),
    nickname: async () => (await viaRail(), await click("nickname-open"), await fill("nickname-input", "Ｗｅｉ　 Li")),
    search: () => search("所有权"),
    "search-none": () => search("没人说过的话"),
    "search-part": () => search("大家"),
    jumped: async () => {
      await search("line 700");
      await page.getByTestId("search-result").last().click();
      await page.getByTestId("message").filter({ hasText: "line 700" }).waitFor();
    },
    "room-menu": () => click("room-menu"),
    exported: async () => (await click("room-menu"), await click("export-html"), await page.getByTestId("exported").waitFor()),
    "storage-full": () => viaRail(),
    "storage-damaged": () => viaRail(),
    "host-choice": async () => (await viaRail(), await click("host-toggle"), await page.getByTestId("host-start").waitFor()),
    "own-rooms": () => ownRooms(),
    "own-rooms-none": () => ownRooms(),
    "own-room-menu": async () => (await ownRooms(), await menu(0)),
    "own-room-exported": async () => (await ownRooms(), await menu(1), await click("own-room-html"), await page.getByTestId("exported").waitFor()),
    "own-room-failed": async () => (await ownRooms(), await menu(1), await click("own-room-html")),
    retention: async () => {
      await ownRooms();
      await menu(1);
      await click("own-room-retention");
      await click("retention-days");
      await fill("retention-bound", "30");
      await click("retention-save");
    },
    "delete-room": async () => (await ownRooms(), await menu(1), await click("own-room-delete")),
    "guest-menu": () => click("room-menu"),
    "guest-people": async () => void ((await page.getByTestId("person").count()) === 0 && (await click("people-toggle"))),
    "guest-settings": async () => (await click("room-menu"), await click("settings-open"), await page.getByTestId("settings-dialog").waitFor()),
    long: async () => {
      await page.getByTestId("message").first().waitFor();
      await page.waitForTimeout(150);
      await page.mouse.move(600, 400);
      await page.mouse.wheel(0, -1800);
    },
  };
  const click = (id) => page.getByTestId(id).first().click();
  const fill = (id, text) => page.getByTestId(id).first().fill(text);
  const search = async (words) => {
    await page.keyboard.press("Control+F");
    await page.getByTestId("search-input").fill(words);
    await page.waitForTimeout(300);
  };
  const ownRooms = async () => (await viaRail(), await click("own-rooms-open"), await page.getByTestId("own-rooms-dialog").waitFor());
  const access = async () => (await viaRail(), await click("access-open"), await page.getByTestId("access-dialog").waitFor());
  const doctor = async (there) => {
    await viaRail();
    await click("doctor-open");
    await page.getByTestId(there).first().waitFor();
  };
  const menu = (nth) => page.getByTestId("own-room-menu").nth(nth).click();
  const viaRail = async () => {
    const menu = page.getByTestId("rooms-open");
    await page.getByTestId("status").first().waitFor();
    if (await menu.count()) await menu.click();
  };
  await page.getByTestId("status").first().waitFor();
  await acts[scene]?.();
}

/** What is pressed and is smaller than a finger. Links within a text are as high as its lines. */
async function tooSmall(page) {
  return page.evaluate((finger) => {
    const pressed = [...document.querySelectorAll("button, [role=menuitem], .segments label, input:not([type=radio]), .app a")];
    return pressed.flatMap((element) => {
      const { width, height } = element.getBoundingClientRect();
      const shown = element.checkVisibility() && element.closest(".spoken") === null && height > 0;
      if (!shown || (height >= finger && width >= finger)) return [];
      return [`too small for a finger, ${width}x${height}: ${element.outerHTML.slice(0, 120)}`];
    });
  }, FINGER);
}

async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return found.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 140)} — ${n.failureSummary?.split("\n")[1]?.trim() ?? v.help}`));
}
