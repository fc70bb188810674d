// Entering a room from a form: it is tried, and tried again with what the room asks for, a password or whether another key than before
// is right. Runes around the store.
import type { Hearth } from "../../model/hearth.svelte";
import { asksPassword, entryRefusalBy } from "../../model/room/entry-refusals";

/** How the room is entered. */
export type Way = (password?: string, renewed?: boolean) => Promise<boolean>;

export class Entering {
  /** What is written of the password, once a room has asked for it. */
  password = $state<string | null>(null);
  missing = $state(false);
  /** Where the password is written. */
  field: { focus(): void } | undefined = $state();
  /** Whether the user wants the room of another key than before. */
  #renewed = false;

  constructor(private readonly hearth: Hearth) {}

  get wrong(): boolean {
    return entryRefusalBy(this.hearth.joinError) === "password_wrong";
  }

  /** What went wrong but that a password is asked for. */
  get error(): Hearth["joinError"] {
    return asksPassword(entryRefusalBy(this.hearth.joinError)) ? null : this.hearth.joinError;
  }

  /** Another key than before was met at that address, and the user is asked whether that is right. */
  get otherKey(): boolean {
    return this.hearth.joinError?.error === "other_key";
  }

  /** Tries it, once all is there and `before` is done. Whether the user is in. */
  async by(way: Way, before?: () => Promise<boolean>): Promise<boolean> {
    this.missing = this.password === "";
    if (this.missing) this.field?.focus();
    if (this.missing || (before && !(await before()))) return false;
    this.#renewed ||= this.otherKey;
    if (await way(this.password ?? undefined, this.#renewed || undefined)) return true;
    if (!asksPassword(entryRefusalBy(this.hearth.joinError))) return false;
    if (this.password === null) this.password = "";
    else this.field?.focus();
    return false;
  }

  /** Another address is another room. */
  begin(): void {
    this.hearth.joinError = null;
    this.password = null;
    this.missing = false;
    this.#renewed = false;
  }
}
