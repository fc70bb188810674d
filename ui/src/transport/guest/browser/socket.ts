// The socket: one attempt to connect by the browser's WebSocket, and the connection that it leads to.
import type { ConnectError } from "../../../wire";
import { wholeSeconds } from "../session/timing";

/** Where the host is: where the page came from. */
export interface Place {
  /** As the page shows it, such as `ws://192.168.1.23:8080`. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
}

export interface SocketEvents {
  opened(): void;
  text(text: string): void;
  /** It was open. */
  closed(code: number): void;
  /** It never was. */
  failed(error: ConnectError): void;
}

export interface Socket {
  send(text: string): void;
  /** Nothing is heard of it any more. */
  hangUp(): void;
}

/** The subprotocol. A browser fails a connection where it is not chosen, so that one that opens speaks it. */
const SUBPROTOCOL = "hearth.v1";

/**
 * What a script closes with. 1000, or no code, would tell the room that the user left; 1001 is what it means, but a browser
 * lets scripts say 1000 and 3000 to 4999 only. To a host every code but 1000 is a link that may come back.
 */
export const SCRIPT_GOES_AWAY = 3001;

/** How long a host may take to answer a plain request, in milliseconds. */
const ANSWER = 5000;

/** On a network of one's own a port that is closed is told at once, or after a system's few repeats; what takes longer is an
 *  address where nobody is. In milliseconds. */
const REFUSED_WITHIN = 2500;

export function openSocket(place: Place, events: SocketEvents): Socket {
  const begun = performance.now();
  let live = true;
  let wasOpen = false;

  async function fail(): Promise<void> {
    const error = await whyNot(place, begun);
    if (!live) return;
    live = false;
    events.failed(error);
  }

  const socket = open(`${place.url}/ws`);
  if (socket === null) {
    void fail();
  } else {
    socket.onopen = () => {
      wasOpen = true;
      if (live) events.opened();
    };
    socket.onmessage = ({ data }) => {
      if (live && typeof data === "string") events.text(data);
    };
    // An error says nothing, and is followed by this.
    socket.onclose = ({ code }) => {
      if (!live) return;
      if (!wasOpen) return void fail();
      live = false;
      events.closed(code);
    };
  }
  return {
    send(text) {
      // What is sent into a closing socket is lost, and sent again.
      if (live && socket?.readyState === WebSocket.OPEN) socket.send(text);
    },
    hangUp() {
      live = false;
      socket?.close(SCRIPT_GOES_AWAY);
    },
  };
}

/** `null` where the page's policy forbids it. */
function open(url: string): WebSocket | null {
  try {
    return new WebSocket(url, SUBPROTOCOL);
  } catch (thrown) {
    console.error("no socket can be opened", thrown);
    return null;
  }
}

/**
 * A browser does not say why a WebSocket did not open. A plain request to the same port tells whether the host is there.
 * Where it is, it took in no further guest: there are as many as may be, in all or from this address, which looks
 * the same from here.
 */
async function whyNot({ host, port }: Place, begun: number): Promise<ConnectError> {
  const took = performance.now() - begun;
  try {
    const answer = await fetch("/healthz", { cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(ANSWER) });
    if (answer.status === 421) return { code: "host_name", host };
    return answer.ok && (await isWell(answer)) ? { code: "room_full" } : { code: "not_web_socket", host, port, status: answer.status };
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === "TimeoutError") {
      return { code: "timed_out", host, port, seconds: wholeSeconds(performance.now() - begun) };
    }
    // Without any network there is still this computer itself.
    return navigator.onLine === false || took > REFUSED_WITHIN ? { code: "unreachable", host } : { code: "refused", host, port };
  }
}

/** What answers may be something else than a host, such as the sign-in page of a network. */
async function isWell(answer: Response): Promise<boolean> {
  const health: unknown = await answer.json().catch(() => null);
  return typeof health === "object" && health !== null && "status" in health && health.status === "ok";
}
