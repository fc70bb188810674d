// What the app and the guest's page begin with.
import { mount } from "svelte";
import { Hearth } from "./model/hearth.svelte";
import type { Transport } from "./transport";
import App from "./view/App.svelte";
import type { Desk } from "./view/desk/desk";

/** Shows the page on a transport. Without a desk it is that of a guest. */
export function start(transport: Transport, desk: Desk | null): void {
  const target = document.getElementById("app")!;
  const hearth = new Hearth(transport);
  hearth.start();
  addEventListener("focus", () => hearth.cameBack());

  // What stood in for the page until now makes room.
  target.replaceChildren();
  mount(App, { target, props: { hearth, desk } });

  // The second frame begins when the first one is on the screen.
  requestAnimationFrame(() => requestAnimationFrame(() => void transport.painted().catch(() => {})));
}
