// The host: the room of one's own that is served from here, and those that are kept. Runes around the transport.
import type { AppTransport } from "../../transport";
import type { AppError, HostChoice } from "../../wire";
import type { Hosted } from "./invites";
import { attempt } from "../base/attempt";
import { Access } from "./access.svelte";
import { Doctor } from "./doctor.svelte";
import { OwnRooms } from "./own-rooms.svelte";

/** A room that was hosted until just now, and how to host it again as it was. */
export interface Stopped {
  readonly name: string;
  readonly choice: HostChoice;
}

export class Host {
  /** What was stopped last, for as long as that can be undone. */
  stopped = $state.raw<Stopped | null>(null);
  /** Why hosting did not begin. */
  error = $state.raw<AppError | null>(null);

  /** What is kept on this computer. */
  readonly own: OwnRooms;
  /** Who may come into the room of one's own. */
  readonly access: Access;
  /** Who can get into it. */
  readonly doctor: Doctor;

  constructor(private readonly transport: AppTransport) {
    this.own = new OwnRooms(transport);
    this.access = new Access(transport);
    this.doctor = new Doctor(transport);
  }

  start(choice: HostChoice): Promise<boolean> {
    this.error = null;
    this.stopped = null;
    return attempt(this.transport.startHosting(choice), (why) => (this.error = why));
  }

  /** What is hosted ends for everybody; whoever was in it comes back if it is hosted again. */
  async stop(hosted: Hosted, name: string): Promise<void> {
    const { id, asked_port, reach, foreign_pages, outside } = hosted;
    this.stopped = { name, choice: { room: id, name, port: asked_port, reach, foreign_pages, outside: outside.state !== "off" } };
    await this.transport.stopHosting();
  }
}
