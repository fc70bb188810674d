// Options of a new invitation: role, expiry and number of uses. Pure.
import type { InviteWish } from "../../wire";

/** For how long it is good, in hours. */
export const HOURS = { hour: 1, day: 24, week: 7 * 24, ever: null } as const;
/** How many people may come by it. */
export const USES = { one: 1, five: 5, any: null } as const;

export interface InviteOptions {
  role: InviteWish["role"];
  hours: keyof typeof HOURS;
  uses: keyof typeof USES;
  note: string;
}

/** Long enough for a link that waits in a mailbox, and not for ever. */
export const DEFAULT_OPTIONS: InviteOptions = { role: "member", hours: "week", uses: "any", note: "" };

export function inviteWishOf({ role, hours, uses, note }: InviteOptions): InviteWish {
  return { role, note: note.trim(), hours: HOURS[hours], uses: USES[uses] };
}
