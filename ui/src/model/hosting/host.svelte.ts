// The host: the room of one's own that is served from here, and those that are kept. Runes around the transport.
import type { AppTransport } from "../../transport";
import type { AppError, HostChoice } from "../../wire";
import { attempt } from "../base/attempt";
import { Access } from "./access.svelte";
import { Doctor } from "./doctor.svelte";
import { OwnRooms } from "./own-rooms.svelte";

export class Host {
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
    return attempt(this.transport.startHosting(choice), (why) => (this.error = why));
  }
}
