// What is really pasted and dropped: the window answers at once, however much it is, its form becomes Markdown, and nothing leads away from
// the page. Returns what went wrong, and what was measured.
import { CLIPBOARDS } from "../clipboards.mjs";
import { ownPage } from "./stage.mjs";

/** Whoever waits for longer than this has noticed it, in milliseconds. */
const AT_ONCE = 500;
/** A picture of one pixel. */
const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** @param {import("playwright-core").Page} stage at the scene `joined-empty` */
export async function pastes(stage) {
  const wrong = [];
  const measured = [];
  const { page, context } = await ownPage(stage, { clipboard: true });
  const box = page.getByTestId("composer");
  await box.fill("before after");
  const lettersOf = () => box.inputValue();
  const clipboard = (text) => page.evaluate((words) => navigator.clipboard.writeText(words), text);
  const caretAt = (at) => box.evaluate((element, place) => (element.focus(), element.setSelectionRange(place, place)), at);

  await clipboard("words ");
  await caretAt(7);
  await page.keyboard.press("Control+V");
  if ((await lettersOf()) !== "before words after") wrong.push(`a text that fits is not pasted as it is: ${await lettersOf()}`);

  for (const [name, text] of [["300 KB of Han", "围炉夜话。\n".repeat(19_000)], ["300 KB in rows", "row of letters\n".repeat(20_000)], ["5 MB in one row", "letters ".repeat(650_000)]]) {
    await clipboard(text);
    await caretAt(7);
    const before = await lettersOf();
    await page.evaluate(beginWatch);
    await page.keyboard.press("Control+V");
    await page.getByTestId("too-much").waitFor();
    const waited = await page.evaluate(endWatch);
    measured.push(`${name} ${waited.toFixed(0)} ms`);
    if (waited > AT_ONCE) wrong.push(`${name}: the window does not answer for ${waited.toFixed(0)} ms`);
    if ((await lettersOf()) !== before) wrong.push(`${name}: the box has changed`);
    await page.getByTestId("too-much-keep").click();
    const kept = await lettersOf();
    if (!kept.startsWith(`${before.slice(0, 7)}${text.slice(0, 20)}`) || !kept.endsWith(before.slice(7))) wrong.push(`${name}: what was kept is ${kept.slice(0, 40)}…${kept.slice(-20)}`);
    const bytes = new TextEncoder().encode(kept).length;
    if (bytes > 16_384 || bytes < 16_380) wrong.push(`${name}: what was kept has ${bytes} bytes`);
    await page.keyboard.press("Control+Z");
    if ((await lettersOf()) !== before) wrong.push(`${name}: it cannot be undone`);
  }

  const rich = await pastesForm(page);
  wrong.push(...rich.wrong);
  measured.push(...rich.measured);

  for (const [type, bytes] of [["image/png", PIXEL]]) {
    await page.evaluate(async ({ type, bytes }) => {
      const data = Uint8Array.from(atob(bytes), (sign) => sign.charCodeAt(0));
      await navigator.clipboard.write([new ClipboardItem({ [type]: new Blob([data], { type }) })]);
    }, { type, bytes });
    await box.fill("x");
    await page.keyboard.press("Control+V");
    if ((await page.getByTestId("only-text").innerText()) === "") wrong.push(`${type}: nothing is said`);
    if ((await lettersOf()) !== "x") wrong.push(`${type}: the box has ${await lettersOf()}`);
  }

  // A file that is dragged in from elsewhere, by the browser's own means.
  const devtools = await context.newCDPSession(page);
  const { x, y, width, height } = await page.locator(".scroller").boundingBox();
  const data = { items: [], files: ["/etc/hostname"], dragOperationsMask: 1 };
  await box.fill("y");
  for (const type of ["dragEnter", "dragOver", "drop"]) await devtools.send("Input.dispatchDragEvent", { type, x: x + width / 2, y: y + height / 2, data });
  await page.waitForFunction(() => document.querySelector("[data-testid=only-text]").textContent !== "", null, { timeout: 5000 }).catch(() => wrong.push("a file was dropped, and nothing is said"));
  if (context.pages().length !== 1 || page.url() !== stage.url()) wrong.push("a file that was dropped was opened");
  const text = { items: [{ mimeType: "text/plain", data: "dropped" }], files: [], dragOperationsMask: 1 };
  const at = await box.boundingBox();
  for (const type of ["dragEnter", "dragOver", "drop"]) await devtools.send("Input.dispatchDragEvent", { type, x: at.x + 2, y: at.y + 10, data: text });
  await page.waitForFunction(() => document.querySelector("[data-testid=composer]").value.includes("dropped"), null, { timeout: 5000 }).catch(() => wrong.push("a text that was dropped on the box is not in it"));
  await context.close();
  return { wrong, measured: measured.join(", ") };
}

/** Too much to be looked at, and made to be: what goes in is the plain text. */
const HOSTILE = [
  ["5 MB of HTML", "<p>" + "<b>x</b> ".repeat(600_000)],
  ["10,000 tags within each other", "<div>".repeat(10_000) + "<b>x</b> y"],
  ["marks without an end", Array.from({ length: 5000 }, (_, i) => `<b a=${i}>`).join("") + "<p>x</p>".repeat(5000)],
  ["tables in tables", "<table><tr><td>".repeat(12_000)],
  ["1 MB of marks", "<p>" + "<b>x</b> y ".repeat(90_000)],
];

/** What other programs copy, as the engine hands it over. */
async function pastesForm(page) {
  const wrong = [];
  const box = page.getByTestId("composer");
  const asked = [];
  const heard = (request) => request.url().includes("/assets/") || asked.push(request.url());
  const told = [];
  const said = (message) => told.push(message.text());
  const copy = async (html, plain) => {
    await page.evaluate(([html, plain]) => addEventListener("copy", (event) => {
      event.clipboardData.setData("text/html", html);
      if (plain !== null) event.clipboardData.setData("text/plain", plain);
      event.preventDefault();
      event.stopImmediatePropagation();
    }, { once: true, capture: true }), [html, plain]);
    await page.keyboard.press("Control+C");
  };
  const paste = async (keys = "Control+V") => (await page.keyboard.press(keys), await page.evaluate(() => new Promise(requestAnimationFrame)), box.inputValue());

  // What reads it is there a second behind the messages.
  await box.fill("");
  for (let tries = 0; tries < 100; tries++) {
    await copy("a <b>b</b> c", "a b c");
    if ((await paste()) === "a **b** c") break;
    await box.fill("");
    await page.waitForTimeout(50);
  }
  page.on("request", heard);
  page.on("console", said);
  for (const { name, html, plain, markdown } of CLIPBOARDS) {
    await box.fill("");
    await copy(html, plain);
    const pasted = await paste();
    const right = markdown ?? plain.replaceAll("\r\n", "\n");
    if (pasted !== right) wrong.push(`${name}: ${JSON.stringify(pasted)} instead of ${JSON.stringify(right)}`);
    await page.keyboard.press("Control+Z");
    if ((await box.inputValue()) !== "") wrong.push(`${name}: it is not undone at once, but ${JSON.stringify(await box.inputValue())}`);
    await box.fill("");
    const as = await paste("Control+Shift+V");
    if (as !== plain.replaceAll("\r\n", "\n")) wrong.push(`${name}: as plain text it is ${JSON.stringify(as)}`);
  }
  await box.fill("");
  await copy("<p>alone and <i>so</i></p>", null);
  if ((await paste()) !== "alone and *so*") wrong.push("form without a text is not pasted");

  const measured = [];
  for (const [name, html] of HOSTILE) {
    await box.fill("");
    await copy(html, "plain");
    await page.evaluate(beginWatch);
    await page.keyboard.press("Control+V");
    await page.waitForFunction(() => document.querySelector("[data-testid=composer]").value !== "");
    const waited = await page.evaluate(endWatch);
    measured.push(`${name} ${waited.toFixed(0)} ms`);
    if (waited > AT_ONCE) wrong.push(`${name}: the window does not answer for ${waited.toFixed(0)} ms`);
    if ((await box.inputValue()) !== "plain") wrong.push(`${name}: ${(await box.inputValue()).slice(0, 60)}`);
  }
  page.off("request", heard);
  page.off("console", said);
  if (await page.evaluate(() => "ran" in window)) wrong.push("what was pasted ran");
  if (asked.length > 0) wrong.push(`what was pasted fetched ${asked.join(", ")}`);
  if (told.length > 0) wrong.push(`what was pasted made the engine say: ${told.slice(0, 3).join("; ")}`);
  await box.fill("before after");
  return { wrong, measured };
}

/** In the page: looks how long nothing else can happen. */
function beginWatch() {
  window.watch = { worst: 0, last: performance.now() };
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    const now = performance.now();
    window.watch.worst = Math.max(window.watch.worst, now - window.watch.last);
    window.watch.last = now;
    if (!window.watch.ended) port2.postMessage(null);
  };
  port2.postMessage(null);
}

async function endWatch() {
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
  window.watch.ended = true;
  return window.watch.worst;
}
