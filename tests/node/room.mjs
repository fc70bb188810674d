// The chat room of the tutorial: whatever one client sends goes to all of them. It is kept as trusting as the
// original, because that is what people run: a message that is no JSON throws, and takes the server down with it.

const LEFT = 0;
const TALK = 1;

/** Serves the room on a WebSocketServer. */
export function serveRoom(server) {
  // Written anew for each client, as the original does: the benchmark shall not measure a better server than people have.
  const toAll = (message) => {
    for (const client of server.clients) client.send(JSON.stringify(message));
  };

  server.on("connection", (client) => {
    // Of somebody who never wrote, only the status is told.
    let last = {};
    client.on("message", (data) => {
      last = { ...JSON.parse(data), status: TALK };
      toAll(last);
    });
    client.on("close", () => toAll({ ...last, status: LEFT }));
  });
}

/** The port that was asked for on the command line: 0, any that is free, unless one was. */
export function wantedPort() {
  return Number(process.argv[2] ?? 0);
}

/** Tells where the server is, in the line that whoever started it waits for. */
export function tellAddress(address) {
  console.log(`listening on ws://127.0.0.1:${address.port}`);
}
