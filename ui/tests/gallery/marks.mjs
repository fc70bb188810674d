// The message box in a real browser: what is painted behind its letters breaks where they break, what a tool puts in is undone by one
// Ctrl+Z, and a long text costs nothing. Returns what went wrong, and what was measured.
import { ownPage } from "./stage.mjs";

/** Whoever types does not notice less, in milliseconds of a processor. */
const AT_ONCE = 50;

const TEXTS = [
  "她写**真，**她：`code` 和 @Wei，" .repeat(12),
  "> 正因为你为你的玫瑰花费了时间，**才使你的玫瑰变得如此重要**。\n".repeat(3) + "\n> `x`\n",
  "words   with  blanks   ".repeat(30),
  `\`\`\`\nlong ${"=".repeat(400)}\n\n\`\`\`\nend`,
  "**a**\n".repeat(30),
  "مرحبا **بالعالم** hello\nשלום `code` abc\n",
  "wwwwwwwwwwwwwwwwwwwwwwwww".repeat(20),
  "tab\tab\t**ta\tb**\t".repeat(20),
  "\n\n\n",
  "👩‍👩‍👧‍👦**👍🏽**🏳️‍🌈".repeat(20),
];

/** @param {import("playwright-core").Page} stage at the scene `acts` */
export async function marks(stage) {
  const wrong = [];
  const measured = [];
  const { page, context } = await ownPage(stage, { clipboard: true });
  const box = page.getByTestId("composer");

  const rules = await page.evaluate(breaking);
  if (rules.length > 0) wrong.push(`letters and copy differ in ${rules.join(", ")}`);
  for (const width of [stage.viewportSize().width, 421, 360]) {
    await page.setViewportSize({ width, height: 700 });
    for (const text of TEXTS) {
      await box.fill(text);
      const seen = await page.evaluate(layout);
      if (Math.abs(seen.copy - seen.box) > 1 || seen.copyWidth !== seen.boxWidth) wrong.push(`at ${width} px the copy of ${JSON.stringify(text.slice(0, 20))} is not as its box: ${JSON.stringify(seen)}`);
    }
  }
  await page.setViewportSize(stage.viewportSize());

  await box.fill(`${"row\n".repeat(30)}**end**`);
  await box.evaluate((element) => element.scrollTo(0, element.scrollHeight));
  await page.evaluate(painted);
  const ground = await page.getByTestId("grounds").locator(".bold").boundingBox();
  const place = await box.boundingBox();
  if (Math.abs(ground.y + ground.height / 2 - (place.y + place.height - 12)) > 3) wrong.push(`the ground of the last row is at ${ground.y}, in a box that ends at ${place.y + place.height}`);

  await box.fill("一二三");
  await box.evaluate((element) => element.setSelectionRange(0, 2));
  for (const [press, text] of [["Control+B", "**一二**三"], ["Control+I", "***一二***三"], ["Control+Shift+X", "***~~一二~~***三"], ["Control+Z", "***一二***三"], ["Control+Z", "**一二**三"], ["Control+Z", "一二三"], ["Control+Y", "**一二**三"]]) {
    await page.keyboard.press(press);
    if ((await box.inputValue()) !== text) wrong.push(`${press} left ${await box.inputValue()}, not ${text}`);
  }
  await box.fill("a\nb");
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Control+E");
  if ((await box.inputValue()) !== "```\na\nb\n```") wrong.push(`Ctrl+E on two rows left ${JSON.stringify(await box.inputValue())}`);
  await page.keyboard.press("Control+Z");
  if ((await box.inputValue()) !== "a\nb") wrong.push(`which Ctrl+Z left as ${JSON.stringify(await box.inputValue())}`);
  await box.fill("");
  await page.keyboard.press("Control+B");
  await page.keyboard.press("Control+B");
  if ((await box.inputValue()) !== "") wrong.push(`Ctrl+B twice left ${await box.inputValue()}`);
  await box.fill("x");
  await page.keyboard.press("Control+A");
  await page.getByTestId("tool-quote").click();
  if ((await box.inputValue()) !== "> x" || !(await box.evaluate((element) => element === document.activeElement))) wrong.push("a tool that is pressed takes the focus, or does nothing");

  await box.fill("**真**，是");
  await page.keyboard.press("Control+Shift+P");
  await page.getByTestId("preview").locator("strong").waitFor();
  await page.keyboard.type("不");
  if ((await page.getByTestId("preview").count()) !== 0 || !(await box.inputValue()).includes("不")) wrong.push(`typing does not leave the preview: ${await box.inputValue()}`);

  // The room takes messages as long as they get. What the engine itself does with so much is its own.
  await page.evaluate(() => window.gallery.transport.say("r1", [{ type: "welcomed", name: "r1", you: null, log: "log-1", limits: { ...window.gallery.hearth.rooms.shown.limits, text_bytes: 65_536 } }]));
  const devtools = await context.newCDPSession(page);
  await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
  const worked = async () => (await devtools.send("Performance.getMetrics")).metrics.find(({ name }) => name === "ScriptDuration").value * 1000;
  for (const [name, text] of [["64 KiB of marks", "**围炉** `code` > @Wei\n> *a*\n".repeat(1800)], ["64 KiB of stars", "*a **b ".repeat(8500)]]) {
    await box.fill("");
    await page.evaluate((words) => navigator.clipboard.writeText(words), text);
    await page.evaluate(painted);
    const before = await worked();
    await page.keyboard.press("Control+V");
    await page.evaluate(painted);
    const script = (await worked()) - before;
    measured.push(`${name} ${script.toFixed(0)} ms`);
    if ((await box.inputValue()) !== text) wrong.push(`${name}: the box has something else`);
    if (script > AT_ONCE) wrong.push(`${name}: the page works at it for ${script.toFixed(0)} ms`);
  }
  await context.close();
  return { wrong, measured: measured.join(", ") };
}

/** In the page: by which rules, of those that break lines, the text and its copy differ. A test sees no bar that takes room. */
function breaking() {
  const RULES = [
    "fontFamily", "fontSize", "fontWeight", "fontStyle", "fontKerning", "fontFeatureSettings", "fontVariantLigatures", "textRendering", "letterSpacing", "wordSpacing",
    "lineHeight", "whiteSpace", "overflowWrap", "wordBreak", "lineBreak", "textAutospace", "tabSize", "textIndent", "hyphens", "textTransform", "textAlign", "unicodeBidi",
    "scrollbarGutter", "paddingLeft", "paddingRight", "borderLeftWidth", "maxHeight",
  ];
  const [box, copy] = ["composer", "grounds"].map((id) => getComputedStyle(document.querySelector(`[data-testid=${id}]`)));
  const other = RULES.filter((rule) => box[rule] !== copy[rule]).map((rule) => `${rule} (${box[rule]}, ${copy[rule]})`);
  return box.scrollbarGutter === "stable" ? other : [...other, "the bar's place, which is not kept"];
}

/** In the page: how high and how wide text and copy are. */
async function layout() {
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
  const box = document.querySelector("[data-testid=composer]"), copy = document.querySelector("[data-testid=grounds]");
  return { box: box.scrollHeight, copy: copy.scrollHeight, boxWidth: box.clientWidth, copyWidth: copy.clientWidth };
}

/** In the page: waits until what is there is on the screen. */
async function painted() {
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
}
