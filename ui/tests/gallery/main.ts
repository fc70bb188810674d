import { mount } from "svelte";
import { Hearth } from "../../src/model/hearth.svelte";
import App from "../../src/view/App.svelte";
import { appOnly } from "../../src/view/app-only";
import "../../src/view/guest/guest.css";
import { useLanguage } from "../../src/view/words/locale.svelte";
import type { Language } from "../../src/wire";
import { type Scene, sceneNames, sceneOf } from "./scenes";
import { hostileTalk } from "./scenes/hostile";
import { scripted } from "./scripted";

const query = new URLSearchParams(location.search);
const script = sceneOf((query.get("scene") ?? "hosting") as Scene);
script.app.settings.theme = query.get("theme") === "dark" ? "dark" : "light";
script.app.settings.language = (query.get("language") ?? "zh-CN") as Language;

// A guest comes by plain http, which this computer's own address does not show.
if (script.can?.joining === false) Object.defineProperty(window, "isSecureContext", { value: false });

const transport = scripted(script);
const hearth = new Hearth(transport);
hearth.start();
Object.assign(window, { gallery: { hearth, transport, scenes: sceneNames, shows: () => hostileTalk().shows } });
await Promise.all([hearth.told, useLanguage(script.app.settings.language)]);
mount(App, { target: document.getElementById("app")!, props: { hearth, appOnly } });
