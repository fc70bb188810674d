// What is wrong with a page as it is shown now.
import { AXE } from "./serve.mjs";
import { talk } from "./talk.mjs";

/** What fingers press must be as large as they are. */
const FINGER = 40;
/** Scenes in which older lines are read. */
const AWAY = ["long", "unread", "past", "jumped", "selected", "comings", "line-menu", "line-own-menu", "reply", "edit", "versions", "mentioned", "guest-mentioned", "quoted", "guest-quoted", "emoji-line", "spoilers"];

/** @param {import("playwright-core").Page} page
 *  @param {string} scene
 *  @param {{ axe: boolean, fingers: boolean }} wanted
 *  @returns {Promise<string[]>} */
export async function wrongWith(page, scene, { axe, fingers }) {
  const found = axe ? await page.evaluate(violations, AXE) : [];
  return [...found, ...(await page.evaluate(layout, { away: AWAY.includes(scene), finger: fingers ? FINGER : null })), ...(await page.evaluate(broken)), ...(await page.evaluate(talk, fingers))];
}

/** In the page: what axe finds. Only what is reported leaves the page. */
async function violations(address) {
  if (window.axe === undefined) {
    const script = document.createElement("script");
    script.src = address;
    await new Promise((done, failed) => {
      script.onload = done;
      script.onerror = () => failed(new Error("axe could not be loaded"));
      document.head.append(script);
    });
    script.remove();
  }
  const found = await window.axe.run(document, { resultTypes: ["violations"] });
  // A menu stands over the page and has the focus: it is in no part of it.
  const inMenu = (v, n) => v.id === "region" && document.querySelector(n.target[0])?.querySelector("[role=menu]") !== null;
  return found.violations.flatMap((v) => v.nodes.filter((n) => !inMenu(v, n)).map((n) => `${v.id}: ${n.html.slice(0, 140)} — ${n.failureSummary?.split("\n")[1]?.trim() ?? v.help}`));
}

/** In the page: what is out of sight, cut, too wide or too small. */
function layout({ away, finger }) {
  const wrong = [];
  if (document.querySelector("[data-testid=new-messages]") !== null && !away) wrong.push("the list is not at its newest line");

  const line = document.querySelector("[data-testid=status]");
  const { top, bottom, height } = line.getBoundingClientRect();
  if (!(height > 0 && top >= 0 && bottom <= innerHeight)) wrong.push("the status line is out of sight");
  const address = line.querySelector("code");
  if (address !== null) {
    const text = document.createRange();
    text.selectNodeContents(address);
    // A part of a pixel is enough for dots in its place.
    if (text.getBoundingClientRect().width - address.getBoundingClientRect().width > 0.02) wrong.push("the address is cut");
  }

  const overflow = document.documentElement.scrollWidth - innerWidth;
  if (overflow > 0) wrong.push(`the page is ${overflow} px too wide`);
  // What opens before the page leaves it as wide as the window is.
  const narrower = document.documentElement.clientWidth - document.querySelector(".app").getBoundingClientRect().width;
  if (Math.abs(narrower) > 0.5) wrong.push(`the page is ${narrower} px narrower than the window`);

  // What begins it all is in sight, and nothing lies over it, but for a dialog or the rail in front of the whole page.
  const start = document.querySelector("[data-testid=host-start]");
  if (start !== null && (document.querySelector(".veil") === null || start.closest(".dialog") !== null)) {
    const { left, top, width, height } = start.getBoundingClientRect();
    const over = [2, height - 2].map((down) => document.elementFromPoint(left + width / 2, top + down)).find((element) => element !== start);
    if (over !== undefined) wrong.push(`the button that begins to host is not in sight, but ${over?.outerHTML.slice(0, 120)}`);
  }

  // What is not chosen has the ground's own colour, in the dark too.
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\d.]+/g).map(Number);
    return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
  };
  for (const box of document.querySelectorAll("input:is([type=radio], [type=checkbox]):not(.spoken, :checked)")) {
    const { backgroundColor, appearance } = getComputedStyle(box);
    const ground = getComputedStyle(document.body).backgroundColor;
    if (appearance !== "none" || Math.abs(light(backgroundColor) - light(ground)) > 0.1) wrong.push(`looks chosen and is not: ${box.outerHTML.slice(0, 120)}`);
  }

  // With a Chinese font, an apostrophe is as narrow as in any other.
  const probe = document.createElement("span");
  probe.textContent = "’";
  const fonts = getComputedStyle(document.documentElement).getPropertyValue("--font");
  probe.style.cssText = `position: absolute; font: 100px ${fonts.replace(/-webkit-system-font, system-ui, /, "")}`;
  document.body.append(probe);
  const { width } = probe.getBoundingClientRect();
  probe.remove();
  if (width > 60) wrong.push(`an apostrophe is ${width} % of a letter's height wide`);

  if (finger !== null) {
    // Links within a text are as high as its lines. What is smaller is pressed all the same by a finger that is as near to it, and
    // nothing else is.
    for (const element of document.querySelectorAll("button, [role=menuitem], .segments label, input:not([type=radio]), .app a")) {
      const { left, top, width, height } = element.getBoundingClientRect();
      const shown = element.checkVisibility() && element.closest(".spoken") === null && height > 0;
      // What has opened something is put away by a press anywhere.
      if (element.matches("[aria-haspopup=dialog][aria-expanded=true]")) continue;
      if (!shown || (height >= finger && width >= finger)) continue;
      const [x, y] = [left + width / 2, top + height / 2];
      const far = finger / 2 - 1;
      const points = [[x, y], [x, y - far], [x, y + far], [x - far, y], [x + far, y]];
      const scroller = element.closest(".scroller, .scroll")?.getBoundingClientRect();
      const edges = { left: 0, top: Math.max(0, scroller?.top ?? 0), right: innerWidth, bottom: Math.min(innerHeight, scroller?.bottom ?? innerHeight) };
      // What lies behind a menu, a dialog or the search is pressed by nobody.
      const front = document.elementFromPoint(x, y)?.closest(".veil, .beside, .popover, .dialog, .drawer, .search, .line-sheet");
      if (front && !front.contains(element)) continue;
      for (const [px, py] of points) {
        if (px <= edges.left || px >= edges.right || py <= edges.top || py >= edges.bottom) continue;
        const hit = document.elementFromPoint(px, py);
        if (hit === element || element.contains(hit)) continue;
        wrong.push(`a finger ${Math.round(px - x)},${Math.round(py - y)} px from ${element.outerHTML.slice(0, 90)} presses ${hit?.outerHTML.slice(0, 60)}`);
        break;
      }
    }
  }
  return wrong;
}

/** In the page: what stands in two lines and belongs in one, and titles that end in a line of one character. */
function broken() {
  const text = document.createRange();
  const linesOf = (element) => {
    text.selectNodeContents(element);
    let [lines, bottom] = [0, -Infinity];
    for (const rect of [...text.getClientRects()].sort((a, b) => a.top - b.top)) {
      if (rect.top > bottom - 2) lines += 1;
      bottom = Math.max(bottom, rect.bottom);
    }
    return lines;
  };
  const wrong = [...document.querySelectorAll("time, .notes code, .ways")].filter((element) => linesOf(element) > 1)
    .map((element) => `in two lines: ${element.outerHTML.slice(0, 120)}`);
  for (const title of document.querySelectorAll("h1, h2, h3")) {
    const last = title.lastChild;
    if (last?.nodeType !== Node.TEXT_NODE || last.length < 2 || title.closest(".spoken") !== null) continue;
    const [before, end] = [2, 1].map((back) => {
      text.setStart(last, last.length - back);
      text.setEnd(last, last.length - back + 1);
      return text.getBoundingClientRect();
    });
    if (before.height > 0 && end.top >= before.bottom) wrong.push(`a title ends in a line of one character: ${title.textContent}`);
  }
  return wrong;
}
