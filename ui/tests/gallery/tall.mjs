// Letters that need room above and below are drawn whole, wherever something is shortened or kept in its place: with nothing cut at
// all, the page looks the same. Returns what went wrong.

/** The edge of a letter is painted a little lighter or darker by whatever it is painted with. */
const FAINT = 8;

/** @param {import("playwright-core").Page} page at the scene `tall` or `tall-first`
 *  @param {string} scene */
export async function isWhole(page, scene) {
  const wrong = [];
  const looks = async (what) => {
    await page.waitForTimeout(200);
    const cut = await page.evaluate(shorteners);
    if (cut.length === 0) wrong.push(`${what}: nothing is shortened`);
    for (const place of cut) {
      const clip = place.around;
      const shot = async () => (await page.screenshot({ clip, caret: "hide" })).toString("base64");
      const asItIs = await shot();
      await page.evaluate(free, place.n);
      const whole = await shot();
      await page.evaluate(bind);
      if ((await page.evaluate(differ, { pictures: [asItIs, whole], box: place.box })) > FAINT) wrong.push(`${what}: ${place.text} is cut in ${place.name}`);
    }
    return cut.length;
  };
  if (scene === "tall-first") {
    await looks("the first page");
    return wrong;
  }
  if ((await looks("the room")) < 15) wrong.push("too little is looked at in the room");
  await page.keyboard.press("Control+F");
  await page.getByTestId("search-input").fill("whole");
  await page.getByTestId("search-result").first().waitFor();
  await looks("the search");
  await page.keyboard.press("Escape");
  await page.getByTestId("own-rooms-open").click();
  await page.getByTestId("own-rooms-dialog").waitFor();
  await looks("the own rooms");
  await page.keyboard.press("Escape");
  await page.getByTestId("own-rooms-dialog").waitFor({ state: "detached" });
  await page.getByTestId("access-open").click();
  await page.getByTestId("access-dialog").waitFor();
  await looks("the invitations");
  return wrong;
}

/** In the page: what cuts its own text, and is in sight; it is counted, so that `free` finds it. */
function shorteners() {
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    const style = getComputedStyle(element);
    const cuts = ["hidden", "clip"].includes(style.overflowX) || ["hidden", "clip"].includes(style.overflowY) || style.clipPath !== "none";
    const says = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== "");
    const { left, top, width, height } = element.getBoundingClientRect();
    const at = document.elementFromPoint(left + 3, top + height / 2);
    const seen = width > 3 && top > 0 && top + height < innerHeight && (element === at || element.contains(at));
    // What is too long is cut at its side by right.
    if (!cuts || !says || !seen || element.closest(".spoken") || element.scrollWidth > element.clientWidth) continue;
    element.dataset.n = String(found.length);
    const x = Math.max(0, left - 4), y = Math.max(0, top - 30);
    found.push({
      n: found.length, text: element.textContent.trim().slice(0, 20), name: element.className || element.tagName,
      box: { from: top - y, to: top - y + height },
      around: { x, y, width: Math.min(innerWidth - x, width + 8), height: Math.min(innerHeight - y, height + 60) },
    });
  }
  return found;
}

/** In the page: nothing is cut above and below. */
function free(n) {
  document.querySelector(`[data-n="${n}"]`).style.cssText += "; overflow: clip visible !important; clip-path: none !important";
}

/** In the page: by how much two pictures differ above and below the element, in the place where they do most. */
async function differ({ pictures, box }) {
  let width = 0;
  const [one, other] = await Promise.all(pictures.map(async (base64) => {
    const picture = await createImageBitmap(new Blob([Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))]));
    const canvas = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
    canvas.drawImage(picture, 0, 0);
    width = picture.width;
    return canvas.getImageData(0, 0, picture.width, picture.height).data;
  }));
  return one.reduce((most, value, i) => {
    const row = Math.floor(i / 4 / width);
    return row >= box.from && row < box.to - 1 ? most : Math.max(most, Math.abs(value - other[i]));
  }, 0);
}

function bind() {
  for (const element of document.querySelectorAll("[data-n]")) element.style.cssText = element.style.cssText.replace(/overflow:[^;]*;?|clip-path:[^;]*;?/g, "");
}
