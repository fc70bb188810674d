// Input methods in a real browser, by its developer tools: what is composed decides what Enter does, and Esc while something is
// composed closes nothing. Returns what went wrong.
import { ownPage } from "./stage.mjs";

/** @param {import("playwright-core").Page} stage at the scene `joined-empty` */
export async function composes(stage) {
  const wrong = [];
  const { page, context } = await ownPage(stage, { first: () => {
    addEventListener("compositionend", ({ timeStamp }) => (window.ended = timeStamp), true);
    addEventListener("keydown", ({ timeStamp }) => (window.pressed = timeStamp), true);
  } });
  const box = page.getByTestId("composer");
  const devtools = await context.newCDPSession(page);
  const composing = (text) => devtools.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
  const key = (name, code) => devtools.send("Input.dispatchKeyEvent", { type: "rawKeyDown", key: name, code: name, windowsVirtualKeyCode: code });
  const posts = () => page.evaluate(() => window.gallery.transport.ordered("post").map(({ text }) => text));

  for (const [before, last, sends] of [
    ["안", "녕", true], ["OK, 회의", "는", true], ["ㅋㅋ", "ㅋ", true], ["xin chào ", "việt", true],
    ["", "nihao", false], ["", "你好", false], ["日本", "ご", false], ["한국 ", "韓國", false],
  ]) {
    let sent, left;
    // What a busy machine tells late is no longer of one press.
    do {
      await box.fill("");
      const already = (await posts()).length;
      await box.focus();
      if (before !== "") await page.keyboard.insertText(before);
      await composing(last);
      await Promise.all([
        key("Process", 229),
        devtools.send("Input.insertText", { text: last }),
        devtools.send("Input.dispatchKeyEvent", { type: "keyDown", key: "Enter", code: "Enter", windowsVirtualKeyCode: 13, text: "\r" }),
      ]);
      await page.evaluate(painted);
      [sent, left] = [(await posts()).slice(already), await box.inputValue()];
    } while ((await page.evaluate(() => window.pressed - window.ended)) > 15);
    const right = sends ? sent.length === 1 && sent[0] === before + last && left === "" : sent.length === 0 && left === before + last;
    if (!right) wrong.push(`Enter behind ${before}[${last}] sent ${JSON.stringify(sent)} and left ${JSON.stringify(left)}`);
  }

  await box.fill("");
  const rail = page.getByTestId("rooms-open");
  if (await rail.count()) await rail.click();
  await page.getByTestId("nickname-open").click();
  const field = page.getByTestId("nickname-input");
  await field.fill("");
  await composing("ni");
  await key("Escape", 27);
  await composing("");
  await page.evaluate(painted);
  if ((await page.getByTestId("nickname-dialog").count()) !== 1) wrong.push("Esc of an input method closed the dialog");
  // So soon no hand presses it again.
  await page.waitForTimeout(50);
  await page.keyboard.press("Escape");
  await page.getByTestId("nickname-dialog").waitFor({ state: "detached", timeout: 5000 }).catch(() => wrong.push("Esc does not close the dialog"));
  await context.close();
  return wrong;
}

/** In the page: waits until what is there is on the screen. */
async function painted() {
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
}
