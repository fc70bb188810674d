// "Nothing jumps": the list keeps its place in a real layout, and a line its DOM node. Returns what went wrong.
import { ownPage } from "./stage.mjs";

/** @param {import("playwright-core").Page} page at the scene `joined-empty` */
export async function jumps(page) {
  const wrong = [];
  const told = (update) => page.evaluate((said) => window.gallery.transport.say("r1", [said]), update);
  const top = (text) => page.evaluate((start) => {
    const found = [...document.querySelectorAll("[data-testid=text]")].find((line) => line.textContent.startsWith(start));
    return found ? Math.round(found.getBoundingClientRect().top) : null;
  }, text);
  const settled = () => page.waitForTimeout(400);
  /** A busy machine takes its time; what never comes is wrong all the same. */
  const comes = async (text) => {
    for (let i = 0; i < 50 && (await top(text)) === null; i++) await page.waitForTimeout(100);
    return (await top(text)) !== null;
  };

  await told({ type: "entries", entries: entries(201, 400) });
  await settled();
  if (!(await comes("line 400 "))) wrong.push("the newest line is not in sight");

  await page.mouse.move(600, 300);
  for (let i = 0; i < 50 && (await top("line 201 ")) === null; i++) {
    await page.mouse.wheel(0, -500);
    await page.waitForTimeout(30);
  }
  await page.mouse.wheel(0, -2000);
  await settled();
  const before = await top("line 201 ");
  if (before === null) wrong.push("the oldest line cannot be reached");
  await told({ type: "older", page: { before: 201, entries: entries(101, 200), more: true }, gaps: [] });
  await settled();
  const stays = async () => Math.abs(((await top("line 201 ")) ?? Infinity) - before) <= 1;
  if (!(await stays())) wrong.push(`older lines moved the list from ${before} to ${await top("line 201 ")} px`);
  await told({ type: "entries", entries: entries(401, 420) });
  await settled();
  if (!(await stays())) wrong.push(`new lines moved the list from ${before} to ${await top("line 201 ")} px`);
  if (!(await page.getByTestId("new-messages").innerText()).includes("20")) wrong.push("the new lines are not counted");
  await page.getByTestId("new-messages").click();
  await settled();
  if (!(await comes("line 401 "))) wrong.push("the button does not lead to the first line that is new");
  await page.getByTestId("new-messages").click();
  await settled();
  if (!(await comes("line 420 "))) wrong.push("the button, pressed again, does not lead to the newest line");

  await page.getByTestId("composer").fill("mine");
  await page.keyboard.press("Enter");
  await page.getByTestId("message").filter({ hasText: "mine" }).waitFor();
  await settled();
  await page.evaluate(() => ([...document.querySelectorAll("[data-testid=message]")].at(-1).marked = true));
  const at = await top("mine");
  const id = await page.evaluate(() => window.gallery.transport.calls.at(-1).args[1].id);
  await told({ type: "entries", entries: [{ ...entries(421, 421)[0], id, from: { member: "m-ming", nickname: "阿明" }, text: "mine" }] });
  await settled();
  const [marked, state] = await page.evaluate(() => {
    const last = [...document.querySelectorAll("[data-testid=message]")].at(-1);
    return [last.marked === true, last.dataset.state];
  });
  if (!marked || state !== "stored" || (await top("mine")) !== at) wrong.push("the own line did not become its entry in place");
  return wrong;
}

/**
 * Whoever is led to a line and moves on at once is not pulled back to it.
 * @param {import("playwright-core").Page} page at the scene `joined-empty`, behind `jumps`
 */
export async function leads(page) {
  const wrong = [];
  const button = page.getByTestId("new-messages");
  const comes = (from, to) => page.evaluate((said) => window.gallery.transport.say("r1", [said]), { type: "entries", entries: entries(from, to) });
  const newest = (text) => page.waitForFunction((words) => {
    const edge = document.querySelector("[role=log]").getBoundingClientRect().bottom;
    const line = [...document.querySelectorAll("[data-testid=text]")].findLast((one) => one.textContent.startsWith(words));
    return line !== undefined && line.getBoundingClientRect().bottom <= edge && document.querySelector("[data-testid=new-messages]") === null;
  }, text, { timeout: 4000 }).then(() => true, () => false);
  const up = async () => {
    await page.mouse.wheel(0, -900);
    await button.waitFor();
  };
  await page.mouse.move(600, 300);

  await up();
  await comes(501, 580);
  await page.evaluate(pressesTwice);
  // The first way would have been at its end by now.
  await page.waitForTimeout(400);
  if (!(await newest("line 580 "))) wrong.push("the second press, while the first still leads to what is new, does not lead to the newest line");

  for (const [nth, after] of [40, 120, 200, 280, 400].entries()) {
    const first = 601 + nth * 80;
    await up();
    await comes(first, first + 79);
    await button.click();
    await page.waitForTimeout(after);
    const tops = await page.evaluate(wheels);
    const back = tops.findIndex((top, i) => i > 0 && top > tops[i - 1] + 40);
    if (back > 0) wrong.push(`a hand that goes up ${after} ms after the press is pulled back: ${tops.slice(0, back + 1)}`);
    while (await button.isVisible()) {
      await button.click();
      await page.waitForTimeout(300);
    }
  }
  return wrong;
}

/** In the page: presses the button, and again as soon as the list is on its way. */
async function pressesTwice() {
  const list = document.querySelector("[role=log]");
  const press = () => document.querySelector("[data-testid=new-messages]").click();
  const before = list.scrollTop;
  press();
  while (list.scrollTop === before) await new Promise(requestAnimationFrame);
  press();
}

/** In the page: goes up by the wheel, and tells from frame to frame where the list stands, by the first line in sight. */
async function wheels() {
  const list = document.querySelector("[role=log]");
  const number = (line) => Number(line.textContent.split(" ")[1]);
  const tops = [];
  for (let frame = 0; frame < 40; frame++) {
    if (frame % 4 === 0 && frame < 24) {
      list.dispatchEvent(new WheelEvent("wheel", { deltaY: -120 }));
      list.scrollTop -= 120;
    }
    await new Promise(requestAnimationFrame);
    const edge = list.getBoundingClientRect().top;
    const eye = [...list.querySelectorAll("[data-testid=text]")].find((line) => line.getBoundingClientRect().top >= edge);
    // A line is some forty pixels high, so its number tells the place well enough, whatever is measured above.
    if (eye) tops.push(number(eye) * 40);
  }
  return tops;
}

/**
 * What unfolds stays where it is, with all that stands above it.
 * @param {import("playwright-core").Page} page at the scene `comings`, where one row is unfolded
 */
export async function unfolds(page) {
  const wrong = [];
  for (const nth of [0, 1]) {
    const toggle = page.getByTestId("gathered-toggle").nth(nth);
    for (const by of ["click", "Enter"]) {
      const before = (await toggle.boundingBox())?.y;
      if (by === "click") await toggle.click();
      else await toggle.press("Enter");
      await page.waitForTimeout(200);
      const after = (await toggle.boundingBox())?.y;
      if (Math.abs(after - before) > 1) wrong.push(`a row moved from ${before} to ${after} px when it was unfolded or folded by ${by}`);
    }
  }
  return wrong;
}

/**
 * A list begins at its end, in its first frame.
 * @param {import("playwright-core").Page} stage at the scene `joined-empty`
 */
export async function beginsAtItsEnd(stage) {
  const { page, context } = await ownPage(stage);
  const seen = await page.evaluate(firstFrame, { type: "entries", entries: entries(201, 400) });
  await context.close();
  // Lines are higher than they were reckoned, so the last few may come a frame later.
  return Number(seen?.split(" ")[1]) > 380 ? [] : [`the first frame with lines shows ${seen ?? "none of them"}`];
}

/** In the page: says something, and tells the last line in sight in the first frame that has lines; `null`: none is. */
function firstFrame(update) {
  window.gallery.transport.say("r1", [update]);
  const list = document.querySelector("[role=log]");
  const isInSight = (line) => {
    const [at, all] = [line.getBoundingClientRect(), list.getBoundingClientRect()];
    return at.bottom > all.top && at.top < all.bottom;
  };
  return new Promise((tell) => {
    const look = () => {
      // A message comes behind all that the frame still lays out and paints, and before the next one.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        const lines = [...document.querySelectorAll("[data-testid=text]")];
        if (lines.length === 0) requestAnimationFrame(look);
        else tell(lines.filter(isInSight).at(-1)?.textContent ?? null);
      };
      port2.postMessage(null);
    };
    requestAnimationFrame(look);
  });
}

function entries(from, to) {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i).map((seq) => ({
    seq, prev: seq - 1, at: new Date(Date.parse("2026-11-22T03:00:00Z") + seq * 1000).toISOString(),
    from: { member: `m-${seq % 7 > 3}`, nickname: `n${seq % 7 > 3}` }, kind: "message", text: `line ${seq} ${"字".repeat((seq * 13) % 120)}`,
  }));
}
