// Scrolling back through ten thousand lines: at each of a hundred times that older lines come, the line under the eye
// stays where it is, in every frame that is painted. Returns what went wrong, and what was measured.

/** More than this is a jump that one sees, in pixels. */
const STILL = 2;

/** @param {import("playwright-core").Page} page at the scene `past` */
export async function scrollsBack(page) {
  const wrong = [];
  await page.getByTestId("message").first().waitFor();
  await page.evaluate(hold);
  await page.mouse.move(600, 300);
  let pages = 0, worst = 0, moving = 0;
  for (let n = 0; n < (Number(process.env.PAGES) || Infinity); n++) {
    const pending = await toNextQuestion(page);
    if (!pending) break;
    pages += 1;
    // Every third page comes while the hand is still moving.
    const inMotion = pages % 3 === 0;
    const moved = await page.evaluate(watch, { inMotion });
    if (typeof moved === "string") wrong.push(`page ${pages}: the line under the eye: ${moved}`);
    else if (inMotion) moving = Math.max(moving, moved);
    else worst = Math.max(worst, moved);
    if (moved > STILL) wrong.push(`page ${pages}${inMotion ? " (in motion)" : ""}: the line under the eye moved by ${moved.toFixed(1)} px`);
  }
  await page.evaluate(() => document.querySelector("[role=log]").scrollTo(0, 0));
  await page.waitForTimeout(300);
  const first = await page.getByTestId("text").first().innerText();
  if (!first.startsWith("line 1 ")) wrong.push(`the oldest line was not reached, but ${first.slice(0, 20)}`);
  if (pages < 99) wrong.push(`only ${pages} pages came`);
  return { wrong: wrong.slice(0, 12), measured: `${pages} pages, moved by ${worst.toFixed(1)} px at most, ${moving.toFixed(1)} px in motion` };
}

/** Scrolls up until older lines are asked for; false when there are no more. */
async function toNextQuestion(page) {
  for (let i = 0; i < 120; i++) {
    const state = await page.evaluate(() => ({ pending: window.pending !== null, more: window.gallery.hearth.rooms.shown.more }));
    if (state.pending) return true;
    if (!state.more) return false;
    await page.mouse.wheel(0, -700);
    await page.waitForTimeout(25);
  }
  return false;
}

/** In the page: questions wait until they are let through. */
function hold() {
  const { transport } = window.gallery;
  const answer = transport.order;
  window.pending = null;
  transport.order = async (room, command) => {
    if (command.type !== "history") return answer(room, command);
    window.pending = () => answer(room, command);
  };
}

/** In the page: lets the answer come, and follows a line in sight through the frames after it. */
async function watch({ inMotion }) {
  const list = document.querySelector("[role=log]");
  const top = (element) => element.getBoundingClientRect().top - list.getBoundingClientRect().top;
  const painted = () => new Promise((done) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = done;
    port2.postMessage(null);
  }));
  // The hand rests, unless the page comes while it moves.
  for (let i = 0, still = 0, last = NaN; !inMotion && still < 12 && i < 60; i++) {
    await painted();
    still = list.scrollTop === last ? still + 1 : 0;
    last = list.scrollTop;
  }
  const key = (line) => line.querySelector("[data-testid=text]").textContent.split(" ")[1];
  const lines = () => [...list.querySelectorAll("article")];
  const eye = lines().find((line) => top(line.querySelector("[data-testid=text]")) >= 0);
  if (!eye) return "none in sight";
  const name = key(eye);
  const place = () => {
    const line = lines().find((line) => key(line) === name);
    return line ? top(line.querySelector("[data-testid=text]")) : null;
  };
  const before = place();
  window.pending();
  window.pending = null;
  let worst = 0, wheeled = 0;
  for (let i = 0; i < (inMotion ? 24 : 40); i++) {
    if (inMotion && i % 3 === 0 && i < 12 && list.scrollTop > 200) {
      // What the hand does is known, so the rest is ours.
      list.dispatchEvent(new WheelEvent("wheel", { deltaY: -30 }));
      const from = list.scrollTop;
      list.scrollTop = from - 30;
      wheeled += from - list.scrollTop;
    }
    await painted();
    const now = place();
    if (now === null) return `gone in frame ${i}: ${lines().map(key)} at ${list.scrollTop}, not ${name}`;
    worst = Math.max(worst, Math.abs(now - before - wheeled));
  }
  return worst;
}
