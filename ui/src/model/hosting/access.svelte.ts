// Access to the room of one's own: its invitations and its password, as runes around the transport.
import type { AppTransport } from "../../transport";
import type { AppError, InviteId, InviteWish, PasswordChange, QrCode, Rules } from "../../wire";
import { attempt } from "../base/attempt";

export class Access {
  /** What went wrong last. */
  error = $state.raw<AppError | null>(null);
  /** Whether something is under way. One thing at a time: each changes what the next one is about. */
  busy = $state.raw(false);
  /** The invitation that was made last, to be shown as such. */
  made = $state.raw<InviteId | null>(null);

  constructor(private readonly transport: AppTransport) {}

  /** Puts what was done away. */
  clear(): void {
    this.error = null;
    this.made = null;
  }

  set(closed: boolean, password: PasswordChange): Promise<boolean> {
    return this.#do(() => this.transport.setAccess(closed, password));
  }

  setRules(rules: Rules): Promise<boolean> {
    return this.#do(() => this.transport.setRules(rules));
  }

  make(wish: InviteWish): Promise<boolean> {
    return this.#do(async () => {
      this.made = await this.transport.makeInvite(wish);
    });
  }

  /** With `leave`, those who came by it have to go. */
  revoke(id: InviteId, leave: boolean): Promise<boolean> {
    return this.#do(() => this.transport.revokeInvite(id, leave));
  }

  /** `null` where it cannot be made; the link itself is at hand all the same. */
  async qr(text: string): Promise<QrCode | null> {
    let code: QrCode | null = null;
    await attempt(this.transport.qrCode(text).then((made) => (code = made)), () => {});
    return code;
  }

  async #do(work: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.clear();
    this.busy = true;
    const done = await attempt(work(), (why) => (this.error = why));
    this.busy = false;
    return done;
  }
}
