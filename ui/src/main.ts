import { mount } from "svelte";
import { Hearth } from "./model/hearth.svelte";
import { desktop } from "./transport/desktop";
import App from "./view/App.svelte";

const target = document.getElementById("app")!;
const transport = desktop();
const hearth = new Hearth(transport);
hearth.start();
addEventListener("focus", () => hearth.cameBack());

// The frame that stood in for the page until now makes room.
target.replaceChildren();
mount(App, { target, props: { hearth } });

// The second frame begins when the first one is on the screen.
requestAnimationFrame(() => requestAnimationFrame(() => void transport.painted().catch(() => {})));
