// A selection in the chat list, made as a hand makes it, and what is copied of it. Returns what went wrong.

/** @param {import("playwright-core").Page} page at the scene `selected` */
export async function selects(page) {
  const wrong = [];
  const told = (update) => page.evaluate((said) => window.gallery.transport.say("r1", [said]), update);
  const settled = () => page.waitForTimeout(300);
  /** Where a letter of a line is; `null` while it is not in sight. */
  const place = (seq, at) => page.evaluate(letter, { seq, at });
  const is = (what, seen, right) => {
    if (JSON.stringify(seen) !== JSON.stringify(right)) wrong.push(`${what}: ${brief(seen)} instead of ${brief(right)}`);
  };
  const copy = async () => {
    await page.evaluate(() => (window.copied = null));
    await page.keyboard.press("Control+C");
    return page.evaluate(() => window.copied);
  };
  const drag = async (from, to) => {
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(to.x, to.y, { steps: 4 });
  };
  const wheel = async (by, times) => {
    for (let i = 0; i < times; i++) {
      await page.mouse.wheel(0, by);
      await page.waitForTimeout(40);
    }
    await settled();
  };
  /** To the newest line: the first press goes to what is new. */
  const toEnd = async () => {
    const button = page.getByTestId("new-messages");
    for (let n = 0; n < 2 && (await button.isVisible()); n++) {
      await button.click();
      await settled();
    }
  };
  await page.evaluate(() => addEventListener("copy", (event) => {
    const { clipboardData: data } = event;
    window.copied = event.defaultPrevented ? { plain: data.getData("text/plain"), html: data.getData("text/html") } : null;
  }));
  await told({ type: "entries", entries: entries(201, 400) });
  for (let i = 0; i < 50 && (await place(400, 0)) === null; i++) await page.waitForTimeout(100);

  // From a letter in the newest lines up over some screens, with the wheel while the button is down.
  await drag(await place(398, 6), await place(394, 0));
  await wheel(-700, 6);
  const top = await page.evaluate(firstInSight);
  if (top > 370) wrong.push(`the wheel did not scroll: line ${top} is the first in sight`);
  const end = await place(top + 1, 5);
  await page.mouse.move(end.x, end.y, { steps: 3 });
  await page.mouse.up();
  const many = lines(top + 1, 398);
  many[0] = many[0].slice(5);
  many[many.length - 1] = many[many.length - 1].slice(0, 6);
  is("a drag over some screens", (await copy())?.plain, many.join("\n"));

  // It stays while lines come, and while older ones are loaded.
  await told({ type: "entries", entries: entries(401, 470) });
  await told({ type: "older", page: { before: 201, entries: entries(101, 200), more: true }, gaps: [] });
  await settled();
  is("the same after seventy new lines and a hundred older ones", (await copy())?.plain, many.join("\n"));
  await toEnd();
  is("the same from the end of the list", (await copy())?.plain, many.join("\n"));

  // Shift and a click move its end; a key does, too.
  const further = await place(468, 8);
  await page.keyboard.down("Shift");
  await page.mouse.click(further.x, further.y);
  await page.keyboard.up("Shift");
  const grown = lines(398, 468);
  grown[0] = grown[0].slice(6);
  grown[grown.length - 1] = grown[grown.length - 1].slice(0, 8);
  is("after Shift and a click", (await copy())?.plain, grown.join("\n"));
  await page.keyboard.press("Shift+ArrowRight");
  grown[grown.length - 1] = lines(468, 468)[0].slice(0, 9);
  is("after Shift and an arrow", (await copy())?.plain, grown.join("\n"));

  // Out of the list's edge: it scrolls by itself, and what is in sight there is the end.
  const start = await place(470, 4);
  const list = await page.locator("[role=log]").first().boundingBox();
  await drag(start, { x: start.x, y: list.y - 12 });
  for (let i = 0; i < 25; i++) {
    await page.mouse.move(start.x + (i % 2), list.y - 12);
    await page.waitForTimeout(60);
  }
  await page.mouse.up();
  await settled();
  const reached = await page.evaluate(firstInSight);
  const pulled = (await copy())?.plain?.split("\n") ?? [];
  if (reached > 455) wrong.push(`a drag over the edge scrolls nothing: ${reached}`);
  is("the end of a drag over the edge", pulled.at(-1), lines(470, 470)[0].slice(0, 4));
  if (pulled.length < 2 || Math.abs(pulled.length - (470 - reached + 1)) > 2) wrong.push(`a drag over the edge to ${reached} copies ${pulled.length} lines`);

  // All lines, and nothing but lines; the rows between its ends are not there.
  await page.mouse.click(start.x, start.y);
  await page.keyboard.press("Control+A");
  await settled();
  is("all", (await copy())?.plain, lines(101, 470).join("\n"));
  const rows = await page.locator("[data-row]").count();
  if (rows > 80) wrong.push(`${rows} rows stand in the document for a selection of all`);

  await toEnd();
  // A press on what is selected would pull it along.
  await page.mouse.click(list.x + 4, list.y + list.height - 4);
  // Three quick lines have no times between them; those of two people have names and times above.
  await drag(await place(467, 0), await place(469, 11));
  await page.mouse.up();
  is("three quick lines", (await copy())?.plain, [...lines(467, 468), lines(469, 469)[0].slice(0, 11)].join("\n"));
  await told({ type: "entries", entries: [{ ...entries(471, 471)[0], from: { member: "m-wei", nickname: "魏" }, text: "שלום https://example.org/ ok" }] });
  await settled();
  await drag(await place(470, 0), await page.evaluate(letter, { text: "שלום", at: 27 }));
  await page.mouse.up();
  const two = await copy();
  const clock = new Date(entries(470, 470)[0].at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai" });
  is("two people", two?.plain, `n ${clock}\n${lines(470, 470)[0]}\n\n魏 ${clock}\nשלום https://example.org/ o`);
  if (!two?.html.includes('<a href="https://example.org/">')) wrong.push(`no link in ${brief(two?.html)}`);

  // In the writing box, the keys are the box's.
  await page.getByTestId("composer").fill("draft");
  await page.keyboard.press("Control+A");
  if ((await copy()) !== null) wrong.push("what is copied in the writing box comes from the list");
  // Elsewhere, there is no text to select.
  await page.getByTestId("people-toggle").focus();
  await page.keyboard.press("Control+A");
  const selected = await page.evaluate(() => getSelection().toString());
  if (selected.includes("周五读书会")) wrong.push(`all, with the focus on a button, is ${brief(selected)}`);
  return wrong;
}

/** In the page: the left edge of a letter in a line, in the middle of its height. */
function letter({ seq, text, at }) {
  const start = text ?? `line ${seq} `;
  const line = [...document.querySelectorAll("[data-testid=text]")].find((one) => one.textContent.startsWith(start));
  if (!line) return null;
  const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  let left = at;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (left <= node.length) {
      const range = document.createRange();
      range.setStart(node, left);
      range.setEnd(node, Math.min(left + 1, node.length));
      const box = range.getBoundingClientRect();
      return { x: box.left + 0.5, y: (box.top + box.bottom) / 2 };
    }
    left -= node.length;
  }
  return null;
}

/** In the page: the number of the first line that is wholly in sight. */
function firstInSight() {
  const { top } = document.querySelector("[role=log]").getBoundingClientRect();
  const lines = [...document.querySelectorAll("[data-testid=text]")].filter((line) => line.getBoundingClientRect().top >= top);
  return Math.min(...lines.map((line) => Number(line.textContent.split(" ")[1])).filter((seq) => seq > 0));
}

function lines(from, to) {
  return entries(from, to).map((entry) => entry.text);
}

function entries(from, to) {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i).map((seq) => ({
    seq, prev: seq - 1, at: new Date(Date.parse("2026-11-22T03:00:00Z") + seq * 1000).toISOString(),
    from: { member: "m-n", nickname: "n" }, kind: "message", text: `line ${seq} ${"字".repeat((seq * 13) % 120)}`,
  }));
}

function brief(seen) {
  const text = JSON.stringify(seen) ?? "nothing";
  return text.length > 300 ? `${text.slice(0, 140)} … ${text.slice(-140)} (${text.length})` : text;
}
