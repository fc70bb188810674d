// All that somebody may try to do to those who read them does nothing, in a real browser and under the page's own policy: nothing runs,
// nothing is fetched or opened, and what was typed can be read. Returns what went wrong.

/** No line may hold the page up by more than this many times what most do. */
const HELD_UP = 100;
/** A line is looked for so often, as others around it change their heights. */
const TRIES = 4;

/** @param {import("playwright-core").Page} stage at the scene `hostile` or `guest-hostile` */
export async function doesNothing(stage) {
  const wrong = [];
  const page = await stage.context().newPage();
  const own = new URL(stage.url()).origin;
  page.on("dialog", (dialog) => (wrong.push(`a dialog: ${dialog.message()}`), dialog.dismiss()));
  page.on("popup", (other) => wrong.push(`another page: ${other.url()}`));
  page.on("download", (file) => wrong.push(`a download: ${file.url()}`));
  page.on("request", (request) => new URL(request.url()).origin !== own && !request.url().startsWith("data:,") && wrong.push(`a request: ${request.url().slice(0, 120)}`));
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("framenavigated", (frame) => frame.url() !== stage.url() && wrong.push(`it went to ${frame.url()}`));
  await page.addInitScript(() => {
    window.violations = [];
    addEventListener("securitypolicyviolation", (event) => window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`), true);
  });
  await page.goto(stage.url());
  await page.getByTestId("message").first().waitFor();

  const looked = new Set();
  const count = await page.evaluate(() => window.gallery.shows().length);
  const pauses = [];
  let links = 0;
  for (let seq = count; seq > 0; seq--) {
    for (let tries = 0; tries < TRIES && !looked.has(String(seq)); tries++) {
      const took = await page.evaluate(to, seq);
      if (tries === 0) pauses.push({ seq, took });
      for (const one of await page.evaluate(look, { known: [...looked], first: String(seq) })) {
        looked.add(one.row);
        links += one.links;
        wrong.push(...one.wrong.map((what) => `line ${one.row} (${one.begins}): ${what}`));
      }
    }
    if (!looked.has(String(seq))) wrong.push(`line ${seq} is not there`);
  }
  pauses.sort((one, other) => one.took - other.took);
  const [most, longest] = [pauses[Math.floor(pauses.length / 2)].took, pauses.at(-1)];
  if (longest.took / most > HELD_UP) wrong.push(`the page stood still for ${longest.took} ms before line ${longest.seq}, and for ${most} ms before most`);

  const { pwned, violations } = await page.evaluate(() => ({ pwned: window.pwned, violations: window.violations }));
  if (pwned !== undefined) wrong.push("something has run");
  wrong.push(...violations.map((what) => `against the policy: ${what}`));
  await page.close();
  return { wrong: wrong.slice(0, 40), measured: `${looked.size} lines, ${links} links; a pause of ${most} ms before most, of ${longest.took} ms before line ${longest.seq}` };
}

/** In the page: what is wrong with the lines that are in the document and were not looked at. */
async function look({ known, first }) {
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  // A row is hidden until the list has measured it.
  const isSeen = (line) => line.isConnected && line.checkVisibility({ visibilityProperty: true });
  const shows = window.gallery.shows();
  const calls = () => window.gallery.transport.calls;
  const found = [];
  const rows = [...document.querySelectorAll("[data-row]")].sort((one, other) => (other.dataset.row === first) - (one.dataset.row === first));
  for (const row of rows) {
    const line = row.querySelector("[data-testid=message]");
    if (line === null || known.includes(row.dataset.row) || !(row.dataset.row <= shows.length) || !isSeen(line)) continue;
    const wrong = [];
    const text = line.querySelector("[data-testid=text]");
    line.querySelector("[data-testid=show-all]")?.click();
    for (let n = 0; n < 3; n++) await frame();
    // One may be under another.
    for (let covers = line.querySelectorAll("[data-testid=spoiler]"); covers.length > 0; covers = line.querySelectorAll("[data-testid=spoiler]")) {
      for (const cover of covers) cover.click();
      await frame();
    }
    // What others have pushed out of sight is looked at later.
    if (!isSeen(line)) continue;

    const seen = shows[row.dataset.row - 1];
    if (seen !== null) {
      const where = placeOf(text, seen);
      if (where !== null) wrong.push(`“${seen}” is ${where}`);
    }
    const over = Math.max(document.documentElement.scrollWidth - innerWidth, line.getBoundingClientRect().right - innerWidth);
    if (over > 0) wrong.push(`the page is ${over} px too wide`);

    const links = [...text.querySelectorAll("a")];
    for (const link of links) {
      const before = calls().length;
      link.click();
      const isLeft = link.dispatchEvent(new MouseEvent("auxclick", { bubbles: true, cancelable: true, button: 1 }));
      if (isLeft) wrong.push("the middle button is left to the browser");
      const asked = calls().slice(before);
      if (asked.length !== 2 || asked.some(({ name, args }) => name !== "openLink" || args[0] !== link.getAttribute("href"))) wrong.push(`a link asks ${JSON.stringify(asked)}`);
    }
    for (const open of line.querySelectorAll("[data-testid=show-all][aria-expanded=true]")) open.click();
    await frame();
    found.push({ row: row.dataset.row, begins: text.textContent.slice(0, 30), wrong: wrong.slice(0, 3), links: links.length });
  }
  return found;

  /** Why words of a text cannot be read; `null` where they can. */
  function placeOf(root, words) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const nodes = [];
    let whole = "";
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      nodes.push({ node, from: whole.length });
      whole += node.data;
    }
    const at = whole.indexOf(words);
    if (at < 0) return "not there";
    const point = (offset) => {
      const { node, from } = nodes.findLast((one) => one.from <= offset);
      return [node, offset - from];
    };
    const range = document.createRange();
    range.setStart(...point(at));
    range.setEnd(...point(at + words.length - 1));
    range.setEnd(range.endContainer, range.endOffset + 1);
    const box = root.getBoundingClientRect();
    const within = range.startContainer.parentElement;
    if (getComputedStyle(within).visibility !== "visible" || !within.checkVisibility({ opacityProperty: true })) return "covered";
    const scrolled = within.closest("pre, .wide, .ellipsis") !== null;
    const rects = [...range.getClientRects()].filter(({ width }) => width > 0);
    if (rects.length === 0) return "without a place";
    const cut = rects.find(({ left, right }) => !scrolled && (left < box.left - 1 || right > box.right + 1));
    return cut ? `cut at the side, from ${Math.round(cut.left - box.left)} to ${Math.round(cut.right - box.left)} of ${Math.round(box.width)} px` : null;
  }
}

/** In the page: to a line. How long it took until that was painted, in milliseconds. */
async function to(seq) {
  const begun = performance.now();
  window.gallery.hearth.rooms.jump("r1", seq);
  const there = () => document.querySelector(`[data-row="${seq}"]`)?.checkVisibility({ visibilityProperty: true });
  for (let n = 0; n < 4 || (!there() && n < 100); n++) await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return Math.round(performance.now() - begun);
}
