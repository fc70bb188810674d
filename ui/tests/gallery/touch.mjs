// Fingers on lines: a swipe answers, a long press opens the sheet, and neither is in the way of scrolling. Returns what went wrong.

/** Puts a finger of the browser's own on the screen. @param {import("playwright-core").Page} page */
export async function finger(page) {
  const session = await page.context().newCDPSession(page);
  const send = (type, touchPoints) => session.send("Input.dispatchTouchEvent", { type, touchPoints });
  return {
    down: (x, y) => send("touchStart", [{ x, y }]),
    /** Down, and along; on a busy machine, a finger that waits for each step would rest. */
    along: ([x, y], [toX, toY], steps = 8) => Promise.all([
      send("touchStart", [{ x, y }]),
      ...Array.from({ length: steps }, (_, i) => (i + 1) / steps).map((part) => send("touchMove", [{ x: x + (toX - x) * part, y: y + (toY - y) * part }])),
    ]),
    up: () => send("touchEnd", []),
    end: () => session.detach(),
  };
}

/** Where a line stands on the screen, once it stands. */
export async function middleOf(line) {
  await line.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await line.boundingBox();
  return [Math.round(x + width / 3), Math.round(y + height / 2)];
}

/** @param {import("playwright-core").Page} page at the scene `guest-acts`, on a telephone */
export async function touches(page) {
  const wrong = [];
  const hand = await finger(page);
  const line = page.getByTestId("message").filter({ hasText: "works great" });
  const strip = page.getByTestId("strip");
  const sheet = page.getByTestId("line-sheet");
  const settled = () => page.waitForTimeout(250);
  const swipe = async (by, down = 0) => {
    const [x, y] = await middleOf(line);
    await hand.along([x, y], [x + by, y + down]);
    await hand.up();
    await settled();
  };
  const answers = async () => {
    const is = (await strip.count()) > 0;
    if (!is) return false;
    await strip.getByRole("button").last().tap();
    await strip.waitFor({ state: "detached" });
    await settled();
    return true;
  };
  const place = () => page.evaluate(() => document.querySelector("[data-region=lines]").scrollTop);

  await swipe(70);
  if (!(await answers())) wrong.push("a swipe to the right does not answer the line");
  await swipe(45);
  if (await answers()) wrong.push("a swipe that is let go early answers the line");
  await swipe(-70);
  if (await answers()) wrong.push("a swipe to the left answers the line");
  const before = await place();
  await swipe(20, 160);
  if (await answers()) wrong.push("a finger that scrolls answers the line");
  if (Math.abs((await place()) - before) < 40) wrong.push(`a finger does not scroll the list: it stands at ${await place()} and stood at ${before}`);
  if ((await page.locator(".swiped").count()) > 0) wrong.push("a line stays where a finger has left it");

  await page.evaluate(() => document.querySelector("[data-region=lines]").scrollTo(0, 1e6));
  // What a finger has let fly comes to rest.
  for (let at = null; at !== (at = await place()); ) await settled();
  const [x, y] = await middleOf(line);
  await hand.down(x, y);
  await sheet.waitFor({ timeout: 2000 }).catch(() => wrong.push("a long press does not open the sheet"));
  await hand.up();
  await settled();
  if ((await page.evaluate(() => String(getSelection()))) !== "") wrong.push("a long press selects");
  if ((await sheet.count()) > 0) await page.getByTestId("sheet-reply").tap();
  await settled();
  if ((await sheet.count()) > 0) wrong.push("the sheet stays when something was chosen");
  if (!(await answers())) wrong.push("the sheet does not answer the line");

  // From the sheet to all emoji.
  await hand.down(...(await middleOf(line)));
  await sheet.waitFor({ timeout: 2000 }).catch(() => wrong.push("a second long press does not open the sheet"));
  await hand.up();
  await settled();
  await page.getByTestId("sheet-react-more").tap();
  const all = page.getByTestId("emoji-picker");
  await all.waitFor({ timeout: 5000 }).catch(() => wrong.push("the sheet does not lead to all emoji"));
  await page.keyboard.press("Escape");
  await all.waitFor({ state: "detached", timeout: 5000 }).catch(() => wrong.push("the picker of the sheet stays"));
  await hand.end();
  return wrong;
}
