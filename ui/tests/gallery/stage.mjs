// A stage is one page of the browser on which scenes of one look and size are shown, one after the other. A scene is a
// new document; what the scene before left behind is taken away. What it costs to open a page, to start its process
// and to compile the code of the gallery is paid once for a stage and not for every scene.

/** What a scene may not find from another one. */
function set({ frozen }) {
  if (frozen) Object.freeze(Object.prototype);
  if (!location.protocol.startsWith("http")) return;
  localStorage.clear();
  sessionStorage.clear();
}

/** @param {import("playwright-core").Browser} browser */
export async function openStage(browser, { look, size, touch, now, frozen }) {
  const context = await browser.newContext({
    viewport: size, timezoneId: "Asia/Shanghai", locale: look.language, reducedMotion: "reduce", ...(touch ? { isMobile: true, hasTouch: true } : {}),
  });
  await context.clock.setFixedTime(now);
  await context.addInitScript(set, { frozen });
  const page = await context.newPage();
  let errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  return {
    page,
    /** Shows a scene; from then on, what goes wrong in the page is gathered in `errors`. */
    async show(address, scene) {
      // The hand leaves the page, as it would else be over something in the next scene.
      await page.mouse.move(-100, -100);
      errors = [];
      await page.goto(`${address}/?scene=${scene}&theme=${look.theme}&language=${look.language}`);
      return errors;
    },
    close: () => context.close(),
  };
}

/**
 * A page of its own at the scene of a stage: on a stage, the clock that stands still gives out frames that are none of the screen's.
 * @param {import("playwright-core").Page} stage
 * @param {{ clipboard?: boolean, first?: () => void }} [more] whether it reads and writes the clipboard, and what runs in the page
 *   before all that is its own
 */
export async function ownPage(stage, { clipboard = false, first } = {}) {
  const permissions = clipboard ? ["clipboard-read", "clipboard-write"] : [];
  const context = await stage.context().browser().newContext({ viewport: stage.viewportSize(), permissions });
  const page = await context.newPage();
  if (first) await page.addInitScript(first);
  await page.goto(stage.url());
  await page.getByTestId("composer").waitFor();
  return { page, context };
}

/** Until what was set moving has come to rest and is painted: a picture, or axe, sees nothing of what is still clear. */
export async function atRest(page) {
  await page.evaluate(async () => {
    await document.fonts.ready;
    const passing = document.getAnimations().filter((one) => one.playState === "running" && one.effect.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(passing.map((one) => one.finished));
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
  });
}
