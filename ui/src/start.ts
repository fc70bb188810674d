// What the app and the guest's page begin with.
import { mount } from "svelte";
import { Hearth } from "./model/hearth.svelte";
import type { Transport } from "./transport";
import App from "./view/App.svelte";
import type { AppOnly } from "./view/app-only";
import { useLanguage } from "./view/words/locale.svelte";

/** Shows the page on a transport, as soon as there is something to show. Without what is the app's alone it is that of a guest. */
export function start(transport: Transport, appOnly: AppOnly | null): void {
  const hearth = new Hearth(transport);
  hearth.start();
  addEventListener("focus", () => hearth.rooms.cameBack());
  // Whoever goes elsewhere may not come back.
  for (const event of ["blur", "pagehide"]) addEventListener(event, () => hearth.rooms.flush());
  document.addEventListener("visibilitychange", () => void (document.hidden && hearth.rooms.flush()));

  begin(hearth, appOnly, transport).catch(fail);
}

/** Shows the page when the other side has spoken, and its words are there: before, it would be laid out and painted for nothing. */
async function begin(hearth: Hearth, appOnly: AppOnly | null, transport: Transport): Promise<void> {
  await hearth.told;
  if (await useLanguage(hearth.app?.settings.language ?? "system")) show(hearth, appOnly, transport);
  // Its script may have failed before anybody listened (`guest/tell.js`).
  else document.getElementById("not-loaded")?.removeAttribute("hidden");
}

function show(hearth: Hearth, appOnly: AppOnly | null, transport: Transport): void {
  const target = document.getElementById("app")!;
  // What stood in for the page until now makes room.
  target.replaceChildren();
  mount(App, { target, props: { hearth, appOnly } });

  // The second frame begins when the first one is on the screen.
  requestAnimationFrame(() => requestAnimationFrame(() => void transport.painted(sinceFrame()).catch(() => {})));
}

/** The milliseconds since the frame that stood in for the page was on the screen. */
function sinceFrame(): number {
  const [frame] = performance.getEntriesByName("frame");
  return frame === undefined ? 0 : Math.round(performance.now() - frame.startTime);
}

/** An error like any other, which the guest's page is told of (`guest/tell.js`). */
function fail(thrown: unknown): void {
  setTimeout(() => {
    throw thrown;
  });
}
