// The tutorial's server behind Express, web page and WebSocket on one port: node tutorial-express.mjs [PORT]

import { createServer } from "node:http";
import express from "express";
import { WebSocketServer } from "ws";
import { serveRoom, tellAddress, wantedPort } from "./room.mjs";

const app = express();
app.get("/", (_request, response) => response.type("text").send("a chat room\n"));

const web = createServer(app);
serveRoom(new WebSocketServer({ server: web }));
web.listen(wantedPort(), "127.0.0.1", () => tellAddress(web.address()));
