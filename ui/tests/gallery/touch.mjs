// Fingers on lines: a swipe answers, a long press opens the sheet, and neither is in the way of scrolling. Returns what went wrong.

/** Puts a finger of the browser's own on the screen. @param {import("playwright-core").Page} page */
export async function finger(page) {
  const session = await page.context().newCDPSession(page);
  const send = (type, touchPoints) => session.send("Input.dispatchTouchEvent", { type, touchPoints });
  return {
    down: (x, y) => send("touchStart", [{ x, y }]),
    async to([x, y], [toX, toY], steps = 8) {
      for (let i = 1; i <= steps; i++) {
        await send("touchMove", [{ x: x + ((toX - x) * i) / steps, y: y + ((toY - y) * i) / steps }]);
        await page.waitForTimeout(16);
      }
    },
    up: () => send("touchEnd", []),
    end: () => session.detach(),
  };
}

/** Where a line stands on the screen. */
export async function middleOf(line) {
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
    await hand.down(x, y);
    await hand.to([x, y], [x + by, y + down]);
    await hand.up();
    await settled();
  };
  const answers = async () => {
    const is = (await strip.count()) > 0;
    if (is) await page.getByTestId("strip").getByRole("button").last().tap();
    await settled();
    return is;
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

  const [x, y] = await middleOf(line);
  await hand.down(x, y);
  await page.waitForTimeout(120);
  if ((await sheet.count()) > 0) wrong.push("a tap opens the sheet");
  await sheet.waitFor({ timeout: 2000 }).catch(() => wrong.push("a long press does not open the sheet"));
  await hand.up();
  await settled();
  if ((await page.evaluate(() => String(getSelection()))) !== "") wrong.push("a long press selects");
  if ((await sheet.count()) > 0) await page.getByTestId("sheet-reply").tap();
  await settled();
  if ((await sheet.count()) > 0) wrong.push("the sheet stays when something was chosen");
  if (!(await answers())) wrong.push("the sheet does not answer the line");
  await hand.end();
  return wrong;
}
