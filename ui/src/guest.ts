// The page that a host serves to guests: the same, in an ordinary browser, by a WebSocket to that host.
import { start } from "./start";
import { guest } from "./transport/guest/guest";

// `guest.html` has the words, since what cannot be shown cannot be asked for its own.
if ("WebSocket" in globalThis) start(guest(), null);
else document.getElementById("no-websocket")?.removeAttribute("hidden");
