// The tutorial's server, on a port of its own: node tutorial.mjs [PORT] [--choose-none]
//
// `ws` answers an offered subprotocol by choosing the first one, whether it knows it or not. With --choose-none it
// chooses none, as servers do that were written for one.

import { WebSocketServer } from "ws";
import { serveRoom, tellAddress, wantedPort } from "./room.mjs";

const chooseNone = process.argv.includes("--choose-none");
const server = new WebSocketServer({
  host: "127.0.0.1",
  port: wantedPort(),
  ...(chooseNone && { handleProtocols: () => false }),
});
serveRoom(server);
server.on("listening", () => tellAddress(server.address()));
