// The list keeps to its end while one writes below it, and while everything around it changes its size; only a hand lets go
// of it. Returns what went wrong.
import { ownPage } from "./stage.mjs";

/** What the layout rounds away, in pixels. */
const ROUNDED = 1.5;

/**
 * @param {import("playwright-core").Page} stage at the scene `joined-empty`
 */
export async function keepsToItsEnd(stage) {
  const wrong = [];
  const size = stage.viewportSize();
  const { page, context } = await ownPage(stage);
  const box = page.getByTestId("composer");

  const told = (...updates) => page.evaluate((said) => window.gallery.transport.say("r1", said), updates);
  let seq = 200;
  const lines = (count) => ({ type: "entries", entries: Array.from({ length: count }, () => (seq += 1)).map(entry) });
  const atEnd = async (when) => {
    const seen = await page.evaluate(standsAtEnd, ROUNDED);
    if (seen !== null) wrong.push(`${when}: ${seen}`);
  };
  const times = async (count, key) => {
    for (let n = 1; n <= count; n++) {
      await page.keyboard.press(key);
      await atEnd(`${n} times ${key}`);
    }
  };

  await told(lines(200));
  await atEnd("at first");
  await box.focus();
  await times(5, "Shift+Enter");
  for (const letter of "ten letters") {
    await page.keyboard.type(letter);
    await atEnd(`after "${letter}" in the sixth row`);
  }
  await told(lines(3));
  await atEnd("three lines came");
  await times(6, "Backspace");
  await page.keyboard.insertText("row\n".repeat(8));
  await atEnd("eight rows were pasted");
  await told(lines(1));
  await atEnd("a line came under eight rows");
  await times(3, "Backspace");
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Delete");
  await atEnd("all was deleted");
  await page.keyboard.insertText("wide ".repeat(60));
  await atEnd("a long line was pasted");

  for (const [width, height] of [[size.width - 300, size.height - 200], [700, 480], [size.width, size.height]]) {
    await page.setViewportSize({ width, height });
    await atEnd(`the window is ${width}x${height}`);
  }
  const high = await box.evaluate((element) => [element.clientHeight, element.scrollHeight]);
  if (Math.abs(high[0] - high[1]) > ROUNDED) wrong.push(`the box is ${high[0]} px high, and its text ${high[1]}`);

  const broken = { type: "status", status: { state: "reconnecting", in_ms: 60_000, attempt: 1, error: { code: "link_broken" } } };
  const connected = { type: "status", status: { state: "connected", dialect: "v1" } };
  for (const [status, there] of [[broken, true], [connected, false]]) {
    await told(status);
    await page.getByTestId("status-detail").waitFor({ state: there ? "attached" : "detached" });
    await atEnd(`the link is ${status.status.state}`);
  }
  await page.keyboard.press("Control+F");
  await page.getByTestId("search-input").waitFor();
  await atEnd("the search is open");
  await page.keyboard.press("Escape");
  await page.getByTestId("search-input").waitFor({ state: "detached" });
  await atEnd("the search is closed");

  const restyled = async (style, how) => {
    await page.evaluate((css) => document.documentElement.style.setProperty(...css), style);
    await atEnd(how);
    await page.evaluate(([name]) => document.documentElement.style.removeProperty(name), style);
    await atEnd(`${how}, and no more`);
  };
  await restyled(["zoom", "1.25"], "all is larger");
  await restyled(["zoom", "0.8"], "all is smaller");
  for (const [css, how] of [["* { font-family: monospace !important; letter-spacing: 1px }", "another font has come"], ["", "it is gone"]]) {
    await page.evaluate((rules) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(rules);
      document.adoptedStyleSheets = [sheet];
    }, css);
    await atEnd(how);
  }

  // What is made large and small again within a frame looks to the list as if somebody had scrolled.
  for (const pixels of [24, 60, 120]) {
    await page.evaluate((high) => {
      const list = document.querySelector("[role=log]");
      list.style.paddingTop = `${high}px`;
      const form = document.querySelector("form:has([data-testid=composer])");
      form.style.marginTop = `-${high}px`;
      void list.scrollHeight;
      form.style.marginTop = "";
      void list.scrollHeight;
      list.style.paddingTop = "";
    }, pixels);
    await told(lines(1));
    await atEnd(`the layout took ${pixels} px and gave them back, and a line came`);
  }

  await box.fill("");
  const list = page.locator(".scroller");
  const { x, y, width, height } = await list.boundingBox();
  // A mouse points at whole pixels. Between them, Chromium takes what is pressed at a seam of two rows for both of them, and a
  // selection that begins there never grows; that, no screen's scale brings about.
  const middle = [Math.round(x + width / 2), Math.round(y + height / 2)];
  const byHand = async (how, act) => {
    await act();
    try {
      await page.getByTestId("new-messages").waitFor({ timeout: 5000 });
    } catch {
      wrong.push(`${how}: the list does not let go`);
      return;
    }
    await page.mouse.up();
    await told(lines(1));
    if ((await page.evaluate(standsAtEnd, ROUNDED)) === null) wrong.push(`${how}: a line that comes moves the list`);
    await page.getByTestId("new-messages").click();
    await atEnd(`${how}, and back`);
  };
  await page.mouse.move(...middle);
  await byHand("the wheel", () => page.mouse.wheel(0, -300));
  await byHand("keys", async () => {
    await list.focus();
    await page.keyboard.press("PageUp");
  });
  await byHand("a selection dragged over the edge", async () => {
    await page.mouse.move(...middle);
    await page.mouse.down();
    await page.mouse.move(middle[0], y + 20, { steps: 5 });
    await page.mouse.move(middle[0], y - 30, { steps: 5 });
  });
  // A screen reader has no hand; and the scroll event comes in the next frame, behind all that happens in this one.
  const meanwhile = {
    "nothing": [],
    "the room says who one is": [{ type: "you", you: { member: "m-ming", nickname: "阿明" } }],
  };
  for (const [what, updates] of Object.entries(meanwhile)) {
    // In a layout that changes, it is not told apart from that.
    await page.evaluate(rests);
    await byHand(`a screen reader, and meanwhile ${what}`, () => page.evaluate((said) => {
      const scroller = document.querySelector("[role=log]");
      scroller.scrollBy(0, -scroller.clientHeight);
      window.gallery.transport.say("r1", said);
    }, updates));
  }

  // Whoever reads farther up has the line under the eye stay when something comes above the list.
  await page.mouse.move(...middle);
  await page.mouse.wheel(0, -900);
  await page.getByTestId("new-messages").waitFor();
  const rested = () => page.evaluate(rests);
  const eye = await rested();
  for (const [status, there] of [[broken, true], [connected, false]]) {
    await told(status);
    await page.getByTestId("status-detail").waitFor({ state: there ? "attached" : "detached" });
    const now = await page.evaluate(topOf, eye.text);
    if (now === null || Math.abs(now - eye.top) > ROUNDED) wrong.push(`the line under the eye went from ${eye.top} to ${now} when the link was ${status.status.state}`);
  }
  await context.close();
  return wrong;
}

function entry(seq) {
  return {
    seq, prev: seq - 1, at: new Date(Date.parse("2026-11-22T03:00:00Z") + seq * 1000).toISOString(),
    from: { member: `m-${seq % 7 > 3}`, nickname: `n${seq % 7 > 3}` }, kind: "message", text: `line ${seq} ${"字".repeat((seq * 13) % 120)}`,
  };
}

/** In the page: what is wrong with the end of the list as it is painted; `null`: nothing. A busy machine has some frames for it. */
async function standsAtEnd(rounded) {
  const painted = () => new Promise((done) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = done;
    port2.postMessage(null);
  }));
  const list = document.querySelector("[role=log]");
  const look = () => {
    const newest = window.gallery.hearth.rooms.shown.entries.at(-1).text;
    const line = [...list.querySelectorAll("[data-testid=text]")].findLast((one) => one.textContent === newest);
    if (line === undefined) return "the newest line is not there";
    const below = line.getBoundingClientRect().bottom - list.getBoundingClientRect().bottom;
    if (below > rounded) return `the newest line is ${below.toFixed(1)} px below the edge`;
    const left = list.scrollHeight - list.clientHeight - list.scrollTop;
    if (left > rounded) return `${left.toFixed(1)} px are left to the end`;
    return document.querySelector("[data-testid=new-messages]") === null ? null : "the button is there";
  };
  let seen = "";
  for (let frame = 0; frame < 20 && seen !== null; frame++) {
    await painted();
    seen = look();
  }
  return seen;
}

/** In the page: the line under the eye, once the list rests. */
async function rests() {
  const list = document.querySelector("[role=log]");
  for (let still = 0, last = NaN; still < 12;) {
    await new Promise(requestAnimationFrame);
    still = list.scrollTop === last ? still + 1 : 0;
    last = list.scrollTop;
  }
  const eye = [...list.querySelectorAll("[data-testid=text]")].find((line) => line.getBoundingClientRect().top > list.getBoundingClientRect().top + 150);
  return { text: eye.textContent, top: eye.getBoundingClientRect().top };
}

/** In the page: where a line stands in the window, painted. */
async function topOf(text) {
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
  const line = [...document.querySelectorAll("[data-testid=text]")].find((one) => one.textContent === text);
  return line?.getBoundingClientRect().top ?? null;
}
