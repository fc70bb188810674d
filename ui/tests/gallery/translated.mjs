// A browser's translator works on the page all the while: nothing that changes stands still, and nothing goes wrong. Beside it, a
// page that nobody translates goes the same way. Returns what went wrong.

/** How translators put their own in the place of a text, and whether they look at the mark that forbids it. */
const MANNERS = [
  { name: "one that keeps to the marks", honest: true, way: "replace" },
  { name: "one that replaces every text", honest: false, way: "replace" },
  { name: "one that wraps every text", honest: false, way: "wrap" },
];

/** @param {import("playwright-core").Page} stage at the scene `guest-translated` */
export async function goesStale(stage) {
  const wrong = [];
  for (const manner of MANNERS) wrong.push(...(await compared(stage, manner)).map((what) => `${manner.name}: ${what}`));
  return wrong;
}

async function compared(stage, manner) {
  const wrong = [];
  const pages = [];
  for (const translated of [false, true]) {
    const page = await stage.context().newPage();
    page.on("pageerror", (error) => wrong.push(String(error)));
    // Both are looked at.
    await page.addInitScript(() => (Document.prototype.hasFocus = () => true));
    await page.goto(stage.url());
    await page.getByTestId("composer").waitFor();
    if (translated) await page.evaluate(translate, manner);
    pages.push(page);
  }
  const both = (act) => Promise.all(pages.map(act));
  const told = (...updates) => both((page) => page.evaluate((said) => window.gallery.transport.say("r1", said), updates));
  const line = (seq, text) => ({ type: "entries", entries: [{ seq, prev: seq - 1, at: "2026-11-22T04:08:00Z", from: { member: "m-li", nickname: "小李" }, kind: "message", text }] });
  const looks = async (what) => {
    // The translator has come by twice since.
    await pages[1].waitForTimeout(700);
    const [right, seen] = await both((page) => page.evaluate(words));
    if (seen.said.join("\n") !== right.said.join("\n")) {
      const at = right.said.findIndex((text, i) => text !== seen.said[i]);
      wrong.push(`${what}: ${JSON.stringify(seen.said.slice(at, at + 3))} instead of ${JSON.stringify(right.said.slice(at, at + 3))}`);
    }
    for (const [key, text] of Object.entries(seen.rows)) {
      if (key in right.rows && right.rows[key] !== text) wrong.push(`${what}: the row ${JSON.stringify(text)} instead of ${JSON.stringify(right.rows[key])}`);
    }
  };
  await looks("at first");
  const texts = await pages[1].evaluate(() => [...document.querySelectorAll("[data-testid=text]")].map((text) => text.textContent));
  if (!texts.every((text) => text.includes("⟦"))) wrong.push(`lines are not translated: ${JSON.stringify(texts[0])}`);
  const kept = await pages[1].evaluate(() => document.querySelector("[data-testid=status]").textContent);
  if (kept.includes("⟦")) wrong.push(`the status is translated: ${kept}`);

  await told({ type: "status", status: { state: "reconnecting", in_ms: 0, attempt: 1, error: { code: "host_stopped" } } });
  await looks("the host is gone");
  await told({ type: "status", status: { state: "connected", dialect: "v1" } });
  await looks("the host is back");
  await told({ type: "entries", entries: [{ seq: 101, prev: 100, at: "2026-11-22T04:07:00Z", from: { member: "m-li", nickname: "李四" }, kind: "renamed", old: "小李" }] });
  await looks("somebody has another name");
  await told(line(102, "新的一行"), line(103, "https://example.org/ 又一行"));
  await looks("lines came");
  await both((page) => page.evaluate(() => {
    Document.prototype.hasFocus = () => false;
    dispatchEvent(new Event("blur"));
  }));
  await told(line(104, "没看见的一行"));
  await looks("a line came while nobody looks");
  const menu = async (id) => both(async (page) => (await page.getByTestId("room-menu").click(), await page.getByTestId(id).click()));
  await menu("settings-open");
  await looks("a dialog opened");
  await both((page) => page.getByTestId("settings-language-en").locator("input").check({ force: true }));
  await looks("another language");
  await both((page) => page.keyboard.press("Escape"));
  await both((page) => page.getByTestId("settings-dialog").waitFor({ state: "detached" }));
  // Translated words may be longer: the pointer would rest on another row, and bring up its bar.
  await both((page) => page.mouse.move(0, 0));
  await looks("the dialog closed");
  await menu("nickname-open");
  await both((page) => page.getByTestId("nickname-input").fill("x".repeat(40)));
  await looks("a name that is too long");
  await both((page) => page.keyboard.press("Escape"));
  await told({ type: "status", status: { state: "disconnected", error: { code: "hello_refused", reason: "invite_expired" } } });
  await looks("shown out");
  for (const page of pages) await page.close();
  return wrong;
}

/** In the page: every 300 ms, every text is put into elements of the translator's. */
function translate({ honest, way }) {
  const texts = () => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const marked = node.parentElement.closest("[translate]")?.translate ?? true;
      if (node.data.trim() !== "" && node.parentElement.closest("font, script, style, textarea") === null && (marked || !honest)) found.push(node);
    }
    return found;
  };
  const put = (text) => {
    const outer = document.createElement("font"), inner = document.createElement("font");
    outer.append(inner);
    if (way === "replace") {
      inner.textContent = `⟦${text.data}⟧`;
      text.replaceWith(outer);
    } else {
      text.before(outer);
      inner.append("⟦", text, "⟧");
    }
  };
  setInterval(() => texts().forEach(put), 300);
}

/** In the page: all that it says, without the translator's marks: by itself, and in the rows that are in the document. */
function words() {
  const plain = (text) => text.replace(/[⟦⟧]/g, "").trim();
  const rows = Object.fromEntries([...document.querySelectorAll("[data-row]")].map((row) => [row.dataset.row, plain(row.textContent)]));
  const list = document.querySelector(".scroller");
  const hidden = list === null ? "" : list.innerText;
  return { said: [document.title, ...plain(document.body.innerText.replace(hidden, "")).split("\n").map(plain).filter((text) => text !== "")], rows };
}
