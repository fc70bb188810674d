// Own rooms, which are kept on this computer: export, import, retention, deletion. Runes around the transport.
import type { AppTransport } from "../../transport";
import type { AppError, Exported, ExportFormat, Retention, RoomId, RoomKey } from "../../wire";
import { attempt } from "../base/attempt";

export class OwnRooms {
  /** The newest file that was written, until it is put away. */
  exported = $state.raw<Exported | null>(null);
  /** What went wrong last. */
  error = $state.raw<AppError | null>(null);
  /** The room that was imported last, to be shown as such. */
  imported = $state.raw<RoomId | null>(null);
  /** What is under way. One thing at a time: all of them work on files. */
  busy = $state.raw<"export" | "import" | "change" | null>(null);

  constructor(private readonly transport: AppTransport) {}

  /** Puts the words about what was done away. */
  clear(): void {
    this.exported = null;
    this.error = null;
    this.imported = null;
  }

  exportRoom(room: RoomKey, format: ExportFormat): Promise<boolean> {
    return this.#export(() => this.transport.exportRoom(room, format));
  }

  export(id: RoomId, format: ExportFormat): Promise<boolean> {
    return this.#export(() => this.transport.exportOwnRoom(id, format));
  }

  import(): Promise<boolean> {
    return this.#do("import", async () => {
      this.imported = await this.transport.importRoom();
    });
  }

  delete(id: RoomId): Promise<boolean> {
    return this.#do("change", () => this.transport.deleteOwnRoom(id));
  }

  setAside(id: RoomId): Promise<boolean> {
    return this.#do("change", () => this.transport.setAside(id));
  }

  setRetention(id: RoomId, retention: Retention): Promise<boolean> {
    return this.#do("change", () => this.transport.setRetention(id, retention));
  }

  reveal(id: RoomId): void {
    void attempt(this.transport.revealOwnRoom(id), (why) => (this.error = why));
  }

  revealExport(): void {
    void attempt(this.transport.revealExport(), (why) => (this.error = why));
  }

  #export(write: () => Promise<Exported>): Promise<boolean> {
    return this.#do("export", async () => {
      this.exported = await write();
    });
  }

  async #do(what: NonNullable<OwnRooms["busy"]>, work: () => Promise<void>): Promise<boolean> {
    if (this.busy !== null) return false;
    this.clear();
    this.busy = what;
    const done = await attempt(work(), (why) => (this.error = why));
    this.busy = null;
    return done;
  }
}
