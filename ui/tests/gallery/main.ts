import { mount } from "svelte";
import { Hearth } from "../../src/model/hearth.svelte";
import App from "../../src/view/App.svelte";
import { appOnly } from "../../src/view/app-only";
import "../../src/view/guest/guest.css";
import { type Scene, sceneNames, sceneOf } from "./scenes";
import { scripted } from "./scripted";

const query = new URLSearchParams(location.search);
const script = sceneOf((query.get("scene") ?? "hosting") as Scene);
script.app.settings.theme = query.get("theme") === "dark" ? "dark" : "light";
script.app.settings.language = query.get("language") === "en" ? "en" : "zh-CN";

// A guest comes by plain http, which this computer's own address does not show.
if (script.can?.joining === false) Object.defineProperty(window, "isSecureContext", { value: false });

const transport = scripted(script);
const hearth = new Hearth(transport);
hearth.start();
Object.assign(window, { gallery: { hearth, transport, scenes: sceneNames } });
await hearth.told;
mount(App, { target: document.getElementById("app")!, props: { hearth, appOnly } });
