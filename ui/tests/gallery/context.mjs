// The context menu, by the pointer and by keys; the engine's own never shows. Returns what went wrong.

/** @param {import("playwright-core").Page} page at the scene `context`, a room of the app with lines and a link */
export async function pointsAt(page) {
  const wrong = [];
  const is = (what, seen, right) => {
    if (JSON.stringify(seen) !== JSON.stringify(right)) wrong.push(`${what}: ${JSON.stringify(seen)} instead of ${JSON.stringify(right)}`);
  };
  await page.evaluate(() => {
    window.engines = [];
    window.copied = [];
    addEventListener("contextmenu", (event) => event.defaultPrevented || window.engines.push(event.target.outerHTML.slice(0, 80)));
    addEventListener("copy", (event) => window.copied.push(event.clipboardData.getData("text/plain")));
  });
  const menu = page.getByTestId("context-menu");
  const items = async () => {
    await menu.waitFor();
    return menu.getByRole("menuitem").evaluateAll((all) => all.map((item) => item.dataset.testid));
  };
  const choose = async (id) => (await menu.getByTestId(id).click(), await menu.waitFor({ state: "detached" }));
  const away = async () => (await menu.waitFor(), await page.keyboard.press("Escape"), await menu.waitFor({ state: "detached" }));
  const call = () => page.evaluate(() => window.gallery.transport.calls.at(-1));
  const line = page.getByTestId("text").filter({ hasText: "有没有人能讲讲" });
  const linked = page.getByTestId("text").filter({ hasText: "https://" });
  const reactions = [...Array(5).fill("context-react"), "context-react-more"];
  const ofRoom = ["context-room-copy-link", "context-room-qr", "context-export-html", "context-export-markdown", "context-export-json_lines"];

  await line.click({ button: "right" });
  is("on a line", await items(), [...reactions, "context-reply", "context-copy", "context-line-link"]);
  await choose("context-copy");
  is("what is copied of a line", await call(), { name: "copyText", args: ["有没有人能讲讲 Arc<Mutex<T>> 什么时候才需要？"] });

  await linked.locator("a").click({ button: "right" });
  is("on a link", await items(), ["context-open", "context-copy-link", ...reactions, "context-reply", "context-copy", "context-line-link", "context-edit", "context-remove"]);
  await choose("context-copy-link");
  const url = "https://doc.rust-lang.org/book/ch16-02-message-passing.html";
  is("the address of a link", await call(), { name: "copyText", args: [url] });
  await linked.locator("a").click({ button: "right" });
  await choose("context-open");
  is("a link that is opened", await call(), { name: "openLink", args: [url] });

  // With a selection, that is what is copied, and it stays.
  await line.dblclick({ position: { x: 20, y: 10 } });
  const word = await page.evaluate(() => getSelection().toString());
  await line.click({ button: "right", position: { x: 22, y: 10 } });
  await choose("context-copy");
  is("what is copied of a selection", await page.evaluate(() => window.copied.at(-1)), word);
  is("the selection after it", await page.evaluate(() => getSelection().toString()), word);
  const other = page.getByTestId("text").filter({ hasText: "明天读第三章" });
  await other.click({ button: "right" });
  await choose("context-copy");
  is("what is copied beside a selection", await call(), { name: "copyText", args: ["明天读第三章，记得带上问题。"] });

  // Empty ground has what the room's menu has.
  const list = await page.locator("[role=log]").first().boundingBox();
  await page.mouse.click(list.x + 30, list.y + 6, { button: "right" });
  is("on empty ground", await items(), ofRoom);
  await away();
  await page.getByTestId("new-divider").or(page.locator(".divider")).first().click({ button: "right" });
  is("on a divider", await items(), ofRoom);
  // Again elsewhere while it is open: it is there, then.
  await page.getByTestId("text").last().click({ button: "right" });
  is("on a line on its way, while it is open", await items(), ["context-copy"]);
  await away();

  // Boxes to write in.
  const box = page.getByTestId("composer");
  await box.fill("eins zwei");
  await box.click({ button: "right" });
  is("in a box", await items(), ["context-cut", "context-copy", "context-paste", "context-all"]);
  await choose("context-all");
  is("all of the box", await box.evaluate((one) => [one.selectionStart, one.selectionEnd, document.activeElement === one]), [0, 9, true]);
  await box.click({ button: "right", position: { x: 20, y: 10 } });
  await choose("context-cut");
  is("the box after cutting", [await box.inputValue(), await page.evaluate(() => window.copied.length)], ["", 1]);
  await page.keyboard.press("Control+Z");
  is("the box after undoing", await box.inputValue(), "eins zwei");

  await box.fill("");
  await box.click({ button: "right" });
  await menu.waitFor();
  is("all of nothing", await menu.getByTestId("context-all").getAttribute("aria-disabled"), "true");
  await away();

  // In a dialog, too, whose own keys go on afterwards.
  await page.keyboard.press("Control+F");
  await page.getByTestId("search-input").fill("Arc");
  await page.getByTestId("search-input").click({ button: "right" });
  is("in the search", (await items()).length, 4);
  await away();
  await page.getByTestId("open-join").click();
  await page.getByTestId("join-address").fill("ws://a");
  await page.getByTestId("join-address").click({ button: "right" });
  is("in a dialog", (await items()).length, 4);
  const [boxed, shown] = [await page.getByTestId("join-address").boundingBox(), await menu.boundingBox()];
  if (Math.abs(shown.y - (boxed.y + boxed.height / 2)) > 12) wrong.push(`the menu stands at ${shown.y}, and the box at ${boxed.y}`);
  await choose("context-all");
  is("the box of the dialog", await page.getByTestId("join-address").evaluate((one) => [document.activeElement === one, one.selectionEnd]), [true, 6]);
  await page.getByTestId("join-address").click({ button: "right" });
  await away();
  if (!(await page.getByTestId("join-address").isVisible())) wrong.push("Esc in the menu closes the dialog");
  await page.keyboard.press("Escape");
  await page.getByTestId("join-address").waitFor({ state: "detached" });

  // Where nothing is offered, there is none; and none of the engine's.
  for (const id of ["status", "room-item", "send", "share-open"]) {
    const place = await page.getByTestId(id).first().boundingBox();
    await page.mouse.click(place.x + 4, place.y + 4, { button: "right" });
  }
  await page.waitForTimeout(100);
  is("menus elsewhere", await menu.count(), 0);

  // By keys: for what has the focus.
  for (const key of ["Shift+F10", "ContextMenu"]) {
    await box.focus();
    await page.keyboard.press(key);
    is(`in the box by ${key}`, (await items()).length, 4);
    await page.keyboard.press("ArrowDown");
    await away();
    is(`the focus after ${key}`, await box.evaluate((one) => document.activeElement === one), true);
    await page.locator("[role=log]").first().focus();
    await page.keyboard.press(key);
    is(`on the list by ${key}`, await items(), ofRoom);
    await away();
  }
  is("the engine's own menus", await page.evaluate(() => window.engines), []);
  return wrong;
}
