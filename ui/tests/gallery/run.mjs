// Shows every scene in a headless Chromium: with --axe it looks for what shuts people out, with --shots it takes
// pictures. `--only NAME,NAME` shows some scenes alone, `--looks NAME,NAME` some looks, and `--sizes 390x844,1600x900` in these sizes.
import { mkdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { act } from "./acts.mjs";
import { keepsToItsEnd } from "./box.mjs";
import { composes } from "./compose.mjs";
import { wrongWith } from "./checks.mjs";
import { pointsAt } from "./context.mjs";
import { picksEmoji } from "./emoji.mjs";
import { doesNothing } from "./hostile.mjs";
import { marks } from "./marks.mjs";
import { scrollsBack } from "./past.mjs";
import { pastes } from "./paste.mjs";
import { beginsAtItsEnd, jumps, leads, unfolds } from "./place.mjs";
import { selects } from "./selection.mjs";
import { serve } from "./serve.mjs";
import { atRest, openStage } from "./stage.mjs";
import { isWhole } from "./tall.mjs";
import { touches } from "./touch.mjs";
import { goesStale } from "./translated.mjs";

const flags = process.argv.slice(2);
const named = (flag) => (flags.includes(flag) ? flags[flags.indexOf(flag) + 1].split(",") : null);
const only = named("--only");
const looks = named("--looks");
const sizesAsked = named("--sizes")?.map((size) => size.split("x").map(Number)).map(([width, height]) => ({ width, height }));
const here = fileURLToPath(new URL(".", import.meta.url));
const shots = join(here, "../../../screenshots/gallery");

const LOOKS = [
  { name: "zh-light", theme: "light", language: "zh-CN" },
  { name: "zh-dark", theme: "dark", language: "zh-CN" },
  { name: "en-light", theme: "light", language: "en" },
  { name: "en-dark", theme: "dark", language: "en" },
  { name: "tw-light", theme: "light", language: "zh-TW" },
  { name: "tw-dark", theme: "dark", language: "zh-TW" },
];
/** The scenes with the longest texts: a language that is written like another one is seen in these. */
const LONGEST = [
  "first", "host-error", "settings", "keep-trouble", "storage-damaged", "own-rooms", "retention", "access", "invite-form", "invite-revoke",
  "join-nearby", "join-wrong-key", "share-none", "doctor", "doctor-mapped", "keys", "first-minute", "guest-card", "guest-settings", "guest-room",
  "everyone", "too-much", "reader", "guest-line-sheet", "guest-too-much",
];
const WIDE = { width: 1240, height: 800 };
const MIDDLE = { width: 1100, height: 720 };
const NARROW = { width: 640, height: 720 };
const LOW = { width: 640, height: 480 };
const BIG = { width: 1600, height: 900 };
/** A telephone: what is pressed is pressed by fingers. */
const PHONE = { width: 360, height: 720 };
const TALL_PHONE = { width: 390, height: 844 };
const EVERYWHERE = ["access", "share-closed", "doctor", "join-nearby", "first", "hosting", "reconnecting", "classic", "hostile", "search", "jumped", "own-rooms", "first-again"];
/** Scenes of the conversation that a wide window or a tall telephone has room for. */
const WIDEST = ["acts", "markdown"];
const TALLEST = ["guest-line-sheet", "guest-markdown"];
/** With fewer scenes left than this, another stage costs more than it helps. */
const FEW = 3;
const NOW = new Date("2026-11-22T12:08:00+08:00");

// The shell's own policy and that of a host, and the frozen prototypes, so that what they would break is an error here, too.
const { csp, freezePrototype } = JSON.parse(readFileSync(join(here, "../../../tauri.conf.json"), "utf8")).app.security;

const server = await serve(join(here, "dist"), { app: csp, guest: guestPolicy });
const browser = await chromium.launch({
  executablePath: process.env.HEARTH_CHROMIUM ?? process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-dev-shm-usage"],
});
/** What copies and pastes, one after the other. */
let clipboard = Promise.resolve();
let failures = 0;
let passes = 0;
try {
  mkdirSync(shots, { recursive: true });
  const queues = queued(await chosen());
  // One more than there are processors: some of it is waiting.
  await Promise.all(Array.from({ length: availableParallelism() + 1 }, () => showAll(queues)));
} finally {
  await browser.close();
  server.close();
}
process.stdout.write(`gallery: ${passes} passed, ${failures} failed\n`);
process.exitCode = failures > 0 ? 1 : 0;

/** What a host sends along with its page (`fn policy`). */
function guestPolicy(host) {
  const rust = readFileSync(join(here, "../../../crates/host/src/http/guest_page.rs"), "utf8");
  const [, policy] = /fn policy\(host[^]*?format!\(\s*"([^"]+)"/.exec(rust);
  return policy.replace(/\\\s+/g, "").replaceAll("{host}", host);
}

/** Whether what is pressed is pressed by fingers. */
function isPhone({ width }) {
  return width < 500;
}

function sizesOf(scene, look) {
  if (sizesAsked) return sizesAsked;
  if (look.language === "zh-TW") return sizesInTaiwan(scene, look);
  if (scene.startsWith("guest-")) {
    if (!flags.includes("--shots") && !["zh-light", "en-dark"].includes(look.name)) return [];
    return TALLEST.includes(scene) ? [MIDDLE, PHONE, TALL_PHONE] : [MIDDLE, PHONE];
  }
  // Without pictures, both themes, both languages and the two layouts are enough.
  if (!flags.includes("--shots")) return ["zh-light", "en-dark"].includes(look.name) ? [MIDDLE, NARROW, LOW, ...(WIDEST.includes(scene) ? [BIG] : [])] : [];
  const sizes = look.name === "zh-light" || EVERYWHERE.includes(scene) ? [WIDE, MIDDLE, NARROW] : [MIDDLE];
  if (["first", "joining", "share-closed", "access", "access-many", "invite-form", "opened-password", "doctor", "doctor-mapped"].includes(scene) && look.name === "zh-light") sizes.push(LOW);
  return scene === "hosting" || WIDEST.includes(scene) ? [...sizes, BIG] : sizes;
}

/** The scenes that are asked for, of those that the page has. */
async function chosen() {
  const page = await browser.newPage();
  await page.goto(server.address);
  const scenes = await page.evaluate(() => window.gallery.scenes);
  await page.close();
  const unknown = only?.filter((name) => !scenes.includes(name)) ?? [];
  if (unknown.length > 0) throw new Error(`there is no scene ${unknown.join(", ")}`);
  return only ?? scenes;
}

/** In traditional Chinese, the scenes with the longest texts are enough. */
function sizesInTaiwan(scene, look) {
  if (!LONGEST.includes(scene)) return [];
  const sizes = scene.startsWith("guest-") ? [MIDDLE, TALLEST.includes(scene) ? TALL_PHONE : PHONE] : [MIDDLE, NARROW];
  if (flags.includes("--shots")) return sizes;
  return look.theme === "light" ? [sizes[1]] : [];
}

/** The scenes by look and size. */
function queued(scenes) {
  const queues = new Map();
  for (const scene of scenes) {
    for (const look of LOOKS.filter(({ name }) => looks === null || looks.includes(name))) {
      for (const size of sizesOf(scene, look)) {
        const key = `${look.name} ${size.width}x${size.height}`;
        if (!queues.has(key)) queues.set(key, { key, look, size, scenes: [], stages: 0 });
        queues.get(key).scenes.push(scene);
      }
    }
  }
  return [...queues.values()];
}

/** Shows what is left, on one stage after the other: where most is left for each stage. */
async function showAll(queues) {
  const left = (queue) => queue.scenes.length / (queue.stages + 1);
  for (;;) {
    const queue = queues.toSorted((a, b) => left(b) - left(a))[0];
    if (queue === undefined || left(queue) === 0 || (queue.stages > 0 && left(queue) < FEW)) return;
    queue.stages += 1;
    const { look, size } = queue;
    const stage = await openStage(browser, { look, size, touch: isPhone(size), now: NOW, frozen: freezePrototype });
    while (queue.scenes.length > 0) await show(stage, queue.scenes.shift(), queue);
    await stage.close();
    queue.stages -= 1;
  }
}

async function show(stage, scene, { key, look, size }) {
  let errors;
  try {
    errors = await seen(stage, scene, look, size);
  } catch (error) {
    throw new Error(`${scene} ${key} could not be shown`, { cause: error });
  }
  if (errors.length > 0) {
    failures += 1;
    console.error(`FAILED ${scene} ${key}\n  ${errors.join("\n  ")}`);
  } else {
    passes += 1;
  }
}

/** Does what copies or pastes: the browser has one clipboard for all of its pages. */
function withClipboard(work) {
  const done = clipboard.then(work);
  clipboard = done.catch(() => {});
  return done;
}

/** What is wrong in a scene. */
async function seen(stage, scene, look, size) {
  const { page } = stage;
  const errors = await stage.show(server.address, scene);
  await act(page, scene);
  await page.waitForTimeout(scene === "unread" ? 600 : 250);
  await atRest(page);
  if (flags.includes("--shots")) await page.screenshot({ path: join(shots, `${scene}-${look.name}-${size.width}${size === LOW ? "-low" : ""}.png`) });
  if (scene === "joined-empty" && look.name === "zh-light") errors.push(...(await beginsAtItsEnd(page)), ...(await keepsToItsEnd(page)), ...(await jumps(page)), ...(await leads(page)));
  if (scene === "selected" && look.name === "zh-light" && size === MIDDLE) errors.push(...(await withClipboard(() => selects(page))));
  if (scene === "context" && look.name === "zh-light" && size === MIDDLE) errors.push(...(await withClipboard(() => pointsAt(page))));
  if (scene === "acts" && look.name === "zh-light" && size === MIDDLE) errors.push(...(await picksEmoji(page)));
  if (scene.startsWith("tall") && look.name === "zh-light" && size === MIDDLE) errors.push(...(await isWhole(page, scene)));
  if (scene === "guest-translated" && look.name === "zh-light" && size === MIDDLE) errors.push(...(await goesStale(page)));
  if (scene.endsWith("hostile") && look.name === "zh-light" && [NARROW, PHONE].includes(size)) {
    const { wrong, measured } = await doesNothing(page);
    process.stdout.write(`what is hostile (${scene}): ${measured}\n`);
    errors.push(...wrong);
  }
  if (scene === "comings") errors.push(...(await unfolds(page)));
  if (scene === "joined-empty" && look.name === "en-dark" && size === MIDDLE) {
    const { wrong, measured } = await withClipboard(() => pastes(page));
    process.stdout.write(`pasting: ${measured}\n`);
    errors.push(...wrong, ...(await composes(page)));
  }
  if (scene === "tools" && look.name === "zh-light" && size === MIDDLE) {
    const { wrong, measured } = await withClipboard(() => marks(page));
    process.stdout.write(`marks in the box: ${measured}\n`);
    errors.push(...wrong);
  }
  if (scene === "past" && look.name === "zh-light" && size === MIDDLE) {
    const { wrong, measured } = await scrollsBack(page);
    process.stdout.write(`scrolling back: ${measured}\n`);
    errors.push(...wrong);
  }
  errors.push(...(await wrongWith(page, scene, { axe: flags.includes("--axe"), fingers: isPhone(size) })));
  if (scene === "guest-acts" && look.name === "zh-light" && size === PHONE) errors.push(...(await touches(page)));
  return errors;
}
