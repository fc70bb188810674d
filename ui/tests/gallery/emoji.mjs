// Emoji by keys, by the pointer and by an input method, in a real browser. Returns what went wrong.
import { ownPage } from "./stage.mjs";

/** @param {import("playwright-core").Page} stage at the scene `acts` */
export async function picksEmoji(stage) {
  const wrong = [];
  const { page, context } = await ownPage(stage);
  const is = (what, seen, right) => {
    if (JSON.stringify(seen) !== JSON.stringify(right)) wrong.push(`${what}: ${JSON.stringify(seen)} instead of ${JSON.stringify(right)}`);
  };
  const box = page.getByTestId("composer");
  const names = page.getByTestId("emoji-names");
  const picker = page.getByTestId("emoji-picker");
  const search = page.getByTestId("emoji-search");
  const reactions = () => page.evaluate(() => window.gallery.transport.ordered("react").map(({ about, emoji, on }) => [about, emoji, on]));
  const focused = () => page.evaluate(() => document.activeElement.dataset.testid ?? document.activeElement.tagName);
  const gone = async (what, there) => there.waitFor({ state: "detached", timeout: 5000 }).catch(() => wrong.push(`${what} is still there`));

  // The table comes with the first colon.
  await box.pressSequentially("好 :joy");
  await names.waitFor();
  await page.keyboard.type(":");
  is("a name between two colons", await box.inputValue(), "好 😂");
  await page.keyboard.press("Control+Z");
  is("the same undone", await box.inputValue(), "好 :joy:");

  await box.fill("");
  await box.pressSequentially(":huashu");
  await names.waitFor();
  await page.keyboard.press("Tab");
  is("what Tab takes", await box.inputValue(), "💐");
  is("the focus behind it", await focused(), "composer");

  // While something is composed there is no list, and behind it there is.
  await box.fill("他说：");
  const devtools = await context.newCDPSession(page);
  await devtools.send("Input.imeSetComposition", { text: "hua", selectionStart: 3, selectionEnd: 3 });
  await page.waitForTimeout(100);
  is("lists while something is composed", await names.count(), 0);
  await devtools.send("Input.insertText", { text: "花" });
  await names.waitFor();
  is("what is chosen behind a full-width colon", await page.locator("[role=option][aria-selected=true]").count(), 0);
  await page.keyboard.press("Escape");
  await gone("the list", names);

  await box.fill("前后");
  await box.evaluate((element) => element.setSelectionRange(1, 1));
  await page.getByTestId("emoji-open").click();
  await search.waitFor();
  await page.waitForFunction(() => document.activeElement.dataset.testid === "emoji-search");
  await page.keyboard.type("xiaoku");
  await page.keyboard.press("ArrowDown");
  is("the focus below the search", await focused(), "emoji");
  await page.keyboard.press("ArrowUp");
  is("the focus above the grid", await focused(), "emoji-search");
  await page.keyboard.press("Enter");
  await gone("the picker", picker);
  is("what was picked", await box.inputValue(), "前😂后");
  is("the focus behind the picker", await focused(), "composer");
  await page.keyboard.press("Control+Z");
  is("the same undone", await box.inputValue(), "前后");

  await page.getByTestId("emoji-open").click();
  await picker.waitFor();
  await page.keyboard.press("Escape");
  await gone("the picker behind Esc", picker);
  for (const state of ["visible", "detached"]) {
    await page.getByTestId("emoji-open").click();
    await picker.waitFor({ state, timeout: 5000 }).catch(() => wrong.push(`the button does not open and close: not ${state}`));
  }

  // From the menu of a line.
  const line = page.getByTestId("message").filter({ hasText: "works great" });
  await line.click({ button: "right", position: { x: 120, y: 20 } });
  await page.getByTestId("context-react-more").click();
  await search.waitFor();
  await page.waitForTimeout(300);
  is("the focus behind the menu", await focused(), "emoji-search");
  await page.keyboard.type("cherry");
  await page.keyboard.press("Enter");
  await gone("the picker of the menu", picker);
  is("the reaction", await reactions(), [[6, "🌸", true]]);

  // By the bar, and what was used is offered first.
  await page.mouse.move(5, 5);
  await line.hover();
  await page.getByTestId("line-bar").waitFor();
  is("what the bar offers", await page.getByTestId("quick-reaction").allInnerTexts(), ["😂", "💐", "🌸"]);
  await page.getByTestId("more-reactions").click();
  await search.waitFor();
  await page.mouse.move(5, 5);
  await page.getByTestId("emoji").filter({ hasText: "👍" }).first().click();
  await gone("the picker of the bar", picker);
  is("the second reaction", (await reactions()).at(-1), [6, "👍", true]);
  await context.close();
  return wrong;
}
