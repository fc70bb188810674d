// What is done in a scene before one looks at it.
import { finger, middleOf } from "./touch.mjs";

const WRITTEN = "我也是。**“驯养”**在原文里是 `apprivoiser`，@Wei 记得吗？\n> 意思是“建立联系”。\n> **真的**是这样。\n```js\nconst fox = tame();\n```";

const LONG = "狐狸说：如果你驯养了我，我的生活就会充满阳光。".repeat(10);

/** @param {import("playwright-core").Page} page
 *  @param {string} scene */
export async function act(page, scene) {
  const acts = {
    "join-error": async () => (await fill("join-address", "ws://192.168.1.99:8080"), await click("join-button")),
    joining: async () => (await fill("join-address", "ws://192.168.1.99:8080"), await click("join-button")),
    "host-error": async () => (await click("host-more"), await fill("host-port", "80"), await click("host-start")),
    "first-full": async () => (await click("first-full"), await page.getByTestId("poster").getByTestId("qr").waitFor()),
    share: async () => (await viaRail(), await click("share-open")),
    closed: () => viaRail(),
    "closed-none": () => viaRail(),
    "share-closed": async () => (await viaRail(), await click("share-open"), await page.getByTestId("qr").waitFor()),
    "share-none": async () => (await viaRail(), await click("share-open")),
    nowhere: () => viaRail(),
    "share-others": async () => {
      await viaRail();
      await click("share-open");
      await page.getByTestId("share-others").locator("summary").click();
    },
    "access-open": () => access(),
    access: () => access(),
    "access-none": () => access(),
    "access-many": () => access(),
    "invite-form": async () => (await access(), await click("invite-new"), await fill("invite-note", "读书会的新同学")),
    "invite-qr": async () => (await access(), await click("invite-qr"), await page.getByTestId("qr").waitFor()),
    "invite-revoke": async () => (await access(), await click("invite-revoke")),
    "password-new": async () => (await access(), await click("password-change"), await click("password-save")),
    doctor: () => doctor("reach"),
    "doctor-looking": () => doctor("reach"),
    "doctor-alone": async () => (await viaRail(), await click("share-open"), await click("share-doctor"), await page.getByTestId("doctor-asked").waitFor()),
    "doctor-carrier": () => doctor("doctor-asked"),
    "doctor-mapped": () => doctor("doctor-asked"),
    "doctor-error": () => doctor("doctor-error"),
    "doctor-nowhere": () => doctor("doctor-refused-by-browsers"),
    "join-in": async () => (await viaRail(), await click("open-join"), await page.getByTestId("nearby-in").waitFor()),
    "join-already": async () => (await viaRail(), await click("open-join"), await fill("join-address", "192.168.1.23:8080"), await click("join-button"), await page.getByTestId("already-in").waitFor()),
    "join-other-key": async () => (await fill("join-address", "http://192.168.1.23:8080/"), await click("join-button"), await page.getByTestId("join-error").waitFor()),
    "join-looking": async () => (await viaRail(), await click("open-join"), await page.getByTestId("nearby-none").waitFor()),
    "join-nearby": () => page.getByTestId("nearby-room").first().waitFor(),
    "join-password": async () => (await page.getByTestId("nearby-room").nth(1).click(), await fill("join-password", "x"), await click("join-button")),
    "join-invite": async () => (await page.getByTestId("nearby-room").nth(1).click(), await page.getByTestId("join-error").waitFor()),
    "join-wrong-key": async () => (await fill("join-address", "http://192.168.1.99:8080/#p=_____________________w"), await click("join-button")),
    opened: () => page.getByTestId("opened-join").waitFor(),
    "opened-unnamed": () => page.getByTestId("opened-join").waitFor(),
    "opened-wrong": () => page.getByTestId("opened-problem").waitFor(),
    "opened-password": async () => (await click("opened-join"), await fill("join-password", "x"), await click("opened-join")),
    "guest-password": async () => (await fill("join-password", "x"), await click("guest-enter")),
    settings: async () => (await page.keyboard.press("Control+,"), await page.getByTestId("settings-dialog").waitFor()),
    closing: () => page.getByTestId("close-dialog").waitFor(),
    "host-dialog": async () => (await viaRail(), await click("host-toggle"), await page.getByTestId("host-start").waitFor()),
    "join-dialog": async () => (await viaRail(), await click("open-join"), await page.getByTestId("join-button").waitFor()),
    nickname: async () => (await viaRail(), await click("nickname-open"), await fill("nickname-input", "Ｗｅｉ　 Li")),
    resting: async () => (await viaRail(), await click("room-item"), await page.getByTestId("resting").waitFor()),
    "resting-welcome": () => viaRail(),
    "stop-asked": async () => (await click("leave-room"), await page.getByTestId("leave-dialog").waitFor()),
    "stop-undo": async () => (await click("leave-room"), await click("leave-confirm"), await page.getByTestId("host-stopped").waitFor()),
    keys: async () => (await page.keyboard.press("Control+/"), await page.getByTestId("keys-dialog").waitFor()),
    markdown: () => page.getByTestId("spoiler").first().waitFor(),
    "line-bar": async () => (await line(6).hover(), await page.getByTestId("line-bar").waitFor()),
    "line-menu": () => line(6).click({ button: "right", position: { x: 120, y: 20 } }),
    "guest-line-menu": () => line(6).evaluate((one) => {
      const { left, top } = one.getBoundingClientRect();
      one.dispatchEvent(new MouseEvent("contextmenu", { bubbles: true, cancelable: true, clientX: left + 120, clientY: top + 20 }));
    }),
    "guest-line-sheet": () => byFinger(async (hand, at) => (await hand.down(...at), await page.getByTestId("line-sheet").waitFor(), await hand.up())),
    "guest-swiped": () => byFinger(async (hand, [x, y]) => hand.along([x, y], [x + 62, y])),
    "line-own-menu": () => line(3).click({ button: "right", position: { x: 120, y: 20 } }),
    "markdown-found": async () => (await search("log line"), await page.waitForFunction(() => innerWidth < 820 || (CSS.highlights.get("found")?.size ?? 0) > 0, undefined, { polling: 50 })),
    names: async () => (await page.getByTestId("composer").pressSequentially("明天请 @"), await page.getByTestId("names").waitFor()),
    "guest-names": async () => (await page.getByTestId("composer").pressSequentially("@ch"), await page.getByTestId("names").waitFor()),
    mentioned: () => page.getByTestId("next-for-me").waitFor(),
    "guest-mentioned": () => page.getByTestId("next-for-me").waitFor(),
    quoted: () => quote(),
    "guest-quoted": () => quote(),
    everyone: () => page.getByTestId("composer").pressSequentially("@所有人 明天见"),
    tools: () => selects(),
    "guest-tools": () => selects(),
    grounds: () => fill("composer", WRITTEN),
    "guest-grounds": () => fill("composer", WRITTEN),
    preview: () => previews(),
    "guest-preview": () => previews(),
    "emoji-names": async () => (await page.getByTestId("composer").pressSequentially("送大家一束 :hua"), await page.getByTestId("emoji-names").waitFor()),
    "emoji-names-unsure": async () => (await page.getByTestId("composer").pressSequentially("送大家：花"), await page.getByTestId("emoji-names").waitFor()),
    "emoji-picker": () => picker(),
    "guest-emoji-picker": () => picker(),
    "emoji-found": async () => (await picker(), await fill("emoji-search", "xiao"), await page.keyboard.press("ArrowDown"), await page.keyboard.press("ArrowRight")),
    "emoji-line": async () => (await line(6).hover(), await click("more-reactions"), await page.getByTestId("emoji").nth(20).waitFor()),
    reply: async () => (await line(6).click({ button: "right", position: { x: 120, y: 20 } }), await click("context-reply")),
    edit: async () => (await line(3).click({ button: "right", position: { x: 120, y: 20 } }), await click("context-edit")),
    pins: () => click("pins-more"),
    "guest-pins": () => click("pins-more"),
    "guest-reply": () => byFinger(async (hand, [x, y]) => (await hand.along([x, y], [x + 70, y]), await hand.up(), await page.getByTestId("strip").waitFor())),
    "guest-versions": async () => (await page.getByTestId("edited").first()[(await coarse()) ? "tap" : "click"](), await page.getByTestId("versions").waitFor()),
    spoilers: () => click("spoiler"),
    "line-own-bar": async () => {
      // What is pinned comes later and moves the list; while it moves, there is no bar.
      await line(3).scrollIntoViewIfNeeded();
      await page.waitForTimeout(150);
      await line(3).hover();
      await page.getByTestId("line-bar").waitFor();
    },
    "line-ring": async () => (await page.keyboard.press("Alt+ArrowUp"), await page.keyboard.press("Alt+ArrowUp")),
    "link-menu": () => page.getByTestId("text").locator("a").first().click({ button: "right" }),
    counter: () => fill("composer", LONG.slice(0, 186)),
    "guest-counter": () => fill("composer", LONG.slice(0, 186)),
    "too-long": () => writesTooMuch(),
    "guest-too-long": () => writesTooMuch(),
    "too-much": () => pastes("多".repeat(180_000), "text/plain"),
    "guest-too-much": () => pastes("多".repeat(180_000), "text/plain"),
    "only-text": () => pastes("", "image/png"),
    "guest-only-text": () => pastes("", "image/png"),
    "guest-emoji-names": async () => (await page.getByTestId("composer").pressSequentially("送大家一束 :hua"), await page.getByTestId("emoji-names").waitFor()),
    "guest-search": () => search("所有权"),
    versions: async () => (await click("edited"), await page.getByTestId("versions").waitFor()),
    comings: () => page.getByTestId("gathered-toggle").nth(1).click(),
    search: () => search("所有权"),
    "search-none": () => search("没人说过的话"),
    "search-part": () => search("大家"),
    jumped: async () => {
      await search("line 700");
      await page.getByTestId("search-result").last().click();
      await page.getByTestId("message").filter({ hasText: "line 700" }).waitFor();
    },
    "room-menu": () => click("room-menu"),
    exported: async () => (await click("room-menu"), await click("export-html"), await page.getByTestId("exported").waitFor()),
    "storage-full": () => viaRail(),
    "storage-damaged": () => viaRail(),
    "host-choice": async () => (await viaRail(), await click("host-toggle"), await page.getByTestId("host-start").waitFor()),
    "own-rooms": () => ownRooms(),
    "own-rooms-none": () => ownRooms(),
    "own-room-menu": async () => (await ownRooms(), await menu(0)),
    "own-room-exported": async () => (await ownRooms(), await menu(1), await click("own-room-html"), await page.getByTestId("exported").waitFor()),
    "own-room-failed": async () => (await ownRooms(), await menu(1), await click("own-room-html")),
    retention: async () => {
      await ownRooms();
      await menu(1);
      await click("own-room-retention");
      await click("retention-days");
      await fill("retention-bound", "30");
      await click("retention-save");
    },
    "delete-room": async () => (await ownRooms(), await menu(1), await click("own-room-delete")),
    "guest-menu": () => click("room-menu"),
    "guest-people": async () => void ((await page.getByTestId("person").count()) === 0 && (await click("people-toggle"))),
    "guest-settings": async () => (await click("room-menu"), await click("settings-open"), await page.getByTestId("settings-dialog").waitFor()),
    long: async () => {
      await page.getByTestId("message").first().waitFor();
      await page.waitForTimeout(150);
      await page.mouse.move(600, 400);
      await page.mouse.wheel(0, -1800);
    },
  };
  const click = (id) => page.getByTestId(id).first().click();
  const line = (seq) => page.getByTestId("message").filter({ hasText: { 3: "麦田", 6: "works great" }[seq] });
  /** Where there are fingers. */
  const byFinger = async (does) => {
    if (await coarse()) await does(await finger(page), await middleOf(line(6)));
  };
  const coarse = () => page.evaluate(() => matchMedia("(pointer: coarse)").matches);
  const quote = async () => (await page.getByTestId("quote")[(await coarse()) ? "tap" : "click"](), await page.getByTestId("go-back").waitFor(), await page.waitForTimeout(400));
  const fill = (id, text) => page.getByTestId(id).first().fill(text);
  const selects = async () => {
    await fill("composer", "我也最喜欢“驯养”那一段。");
    await page.getByTestId("composer").evaluate((box) => (box.focus(), box.setSelectionRange(6, 8)));
    await page.keyboard.press("Control+B");
  };
  const writesTooMuch = async () => (await fill("composer", LONG.slice(0, 196)), await page.getByTestId("composer").pressSequentially("就到这里了"));
  /** Where there is little room, the button comes with a selection. */
  const previews = async () => {
    await fill("composer", WRITTEN);
    await page.getByTestId("composer").press("Control+a");
    await click("preview-toggle");
    await page.getByTestId("preview").waitFor();
  };
  /** What comes from the clipboard at once. */
  const pastes = (text, type) => page.getByTestId("composer").evaluate((box, [what, as]) => {
    const clipboardData = new DataTransfer();
    if (as === "text/plain") clipboardData.setData(as, what);
    else clipboardData.items.add(new File([what], "picture.png", { type: as }));
    box.focus();
    box.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, [text, type]);
  const picker = async () => (await click("emoji-open"), await page.getByTestId("emoji").nth(20).waitFor());
  const search = async (words) => {
    await page.keyboard.press("Control+F");
    await page.getByTestId("search-input").fill(words);
    await page.waitForTimeout(300);
  };
  const ownRooms = async () => (await viaRail(), await click("own-rooms-open"), await page.getByTestId("own-rooms-dialog").waitFor());
  const access = async () => (await viaRail(), await click("access-open"), await page.getByTestId("access-dialog").waitFor());
  const doctor = async (there) => {
    await viaRail();
    await click("doctor-open");
    await page.getByTestId(there).first().waitFor();
  };
  const menu = (nth) => page.getByTestId("own-room-menu").nth(nth).click();
  const viaRail = async () => {
    const menu = page.getByTestId("rooms-open");
    await page.getByTestId("status").first().waitFor();
    if (await menu.count()) await menu.click();
  };
  await page.getByTestId("status").first().waitFor();
  // What has only its place until the messages are there.
  await page.locator("header span.icon-button").first().waitFor({ state: "detached" });
  await acts[scene]?.();
}
