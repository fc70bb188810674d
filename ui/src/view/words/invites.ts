// Words for invitations.
import { type Hosted, stateOf } from "../../model/hosting/invites";
import { m } from "../../paraglide/messages.js";
import type { Invite, InviteRole, InviteState } from "../../wire";
import { nobodyWords } from "./doctor";

/** What whoever comes by it may do, in a sentence. */
export const roleWords: Record<InviteRole, () => string> = { member: m.invite_member, reader: m.invite_reader };

/** The same as a choice of its own. */
export const roleChoiceWords: Record<InviteRole, () => string> = { member: m.invite_role_member, reader: m.invite_role_reader };

/** What there is to say above a link that is given away, or where there is none; `works`: that it works. */
export function leadWords(hosted: Hosted, link: string | null, invite: Invite | null, works: () => string): string {
  const nobody = nobodyWords(hosted.way_in);
  if (nobody !== null) return nobody;
  if (link === null) return m.share_no_invite();
  // By the link alone nobody comes in.
  return hosted.access.closed && invite === null ? m.share_password() : works();
}

/** What the owner calls it. */
export function inviteName(invite: Invite): string {
  return invite.note === "" ? m.invite_unnamed() : invite.note;
}

/** How many have come by it, and for how many it is. */
export function usesWords({ used, uses }: Invite): string {
  if (used === 0) return uses === null ? m.invite_unused() : m.invite_unused_of({ uses });
  return uses === null ? m.invite_used_any({ used }) : m.invite_used({ used, uses });
}

/** Who came by it, as far as that is known. */
export function comersWords({ people = [], used }: Invite, locale: string): string | null {
  if (people.length === 0) return null;
  const names = new Intl.ListFormat(locale, { type: used > people.length ? "unit" : "conjunction" }).format(people);
  return used > people.length ? m.invite_people_more({ names }) : m.invite_people({ names });
}

/** Until when it is good, or why it is not. */
export function validityWords(invite: Invite, now: number, locale: string): string {
  const state = stateOf(invite, now);
  if (state !== "good") return PAST[state]();
  return invite.expires_at === null ? m.invite_always() : m.invite_until({ span: spanWords(Date.parse(invite.expires_at) - now, locale) });
}

/** What tells it apart where one is chosen among several: no more has a place in a field. */
export function inviteSummary(invite: Invite): string {
  return `${inviteName(invite)} · ${roleWords[invite.role]()}`;
}

/** How far it goes: for how many, and until when. */
export function limitsWords(invite: Invite, now: number, locale: string): string {
  return `${usesWords(invite)} · ${validityWords(invite, now, locale)}`;
}

const PAST: Record<Exclude<InviteState, "good">, () => string> = {
  expired: m.invite_expired, used_up: m.invite_used_up, revoked: m.invite_revoked,
};

const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;

/** "in 7 days": rounded up, as one reads it who has just made one for a week. */
function spanWords(ms: number, locale: string): string {
  const [unit, size] = ms >= 2 * DAY ? (["day", DAY] as const) : ms >= 2 * HOUR ? (["hour", HOUR] as const) : (["minute", MINUTE] as const);
  const words = new Intl.RelativeTimeFormat(locale).format(Math.ceil(ms / size), unit);
  // As numbers stand in Chinese sentences elsewhere here.
  return words.replace(/(\d)(?=\p{Script=Han})/u, "$1 ");
}
