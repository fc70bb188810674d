// Options of a new invitation: role, expiry and number of uses. Pure.
import type { InviteWish } from "../../wire";

/** For how long it is good, in hours. */
export const HOURS = { hour: 1, day: 24, week: 7 * 24, ever: null } as const;
/** How many people may come by it. */
export const USES = { one: 1, five: 5, any: null } as const;
/** More than a room knows again. */
export const MOST_USES = 10_000;

export interface InviteOptions {
  role: InviteWish["role"];
  hours: keyof typeof HOURS;
  /** `some`: as many as were typed. */
  uses: keyof typeof USES | "some";
  count?: string;
  note: string;
}

/** Long enough for a link that waits in a mailbox, and not for ever. */
export const DEFAULT_OPTIONS: InviteOptions = { role: "member", hours: "week", uses: "any", note: "" };

/** `null` when what was typed is no number of people. */
export function inviteWishOf({ role, hours, uses, count = "", note }: InviteOptions): InviteWish | null {
  const people = uses === "some" ? countOf(count) : USES[uses];
  return people === undefined ? null : { role, note: note.trim(), hours: HOURS[hours], uses: people };
}

/** A whole number, in whatever digits an input method gives. */
function countOf(typed: string): number | undefined {
  const digits = typed.normalize("NFKC").trim();
  const count = /^\d{1,6}$/.test(digits) ? Number(digits) : 0;
  return count >= 1 && count <= MOST_USES ? count : undefined;
}
