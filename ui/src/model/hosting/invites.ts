// Invitations to the room of one's own, and the links that are given away. Pure.
import type { Hosting, Invite, InviteId, InviteState, ShareAddress } from "../../wire";

export type Hosted = Extract<Hosting, { state: "on" }>;

/** How an invitation stands at a certain moment: its time may be over before the other side has said so. */
export function stateOf(invite: Invite, now: number): InviteState {
  const over = invite.state === "good" && invite.expires_at !== null && Date.parse(invite.expires_at) <= now;
  return over ? "expired" : invite.state;
}

/** Those that still let somebody in, and those that do not; each the newest first. */
export function sorted(invites: readonly Invite[], now: number): { good: Invite[]; past: Invite[] } {
  const good = invites.filter((invite) => stateOf(invite, now) === "good");
  return { good, past: invites.filter((invite) => !good.includes(invite)) };
}

/** The invitation to give away: the one that was chosen, or the newest. `null` where there is none, or none is needed. */
export function chosenInvite(hosted: Hosted, chosen: InviteId | null, now: number): Invite | null {
  if (!hosted.access.closed) return null;
  const { good } = sorted(hosted.invites, now);
  return good.find((invite) => invite.id === chosen) ?? good[0] ?? null;
}

/** What to give away at an address; `null` for a closed room that neither an invitation nor a password opens. */
export function linkAt(address: ShareAddress, hosted: Hosted, invite: Invite | null): string | null {
  const { closed, password } = hosted.access;
  const fragment = invite?.fragment ?? (closed && !password ? null : hosted.fragment);
  return fragment === null ? null : withFragment(address.page, fragment);
}

/** The link of an invitation by the best address. */
export function linkOf(invite: Invite, hosted: Hosted): string | null {
  const best = hosted.addresses[0];
  return best === undefined ? null : withFragment(best.page, invite.fragment);
}

function withFragment(page: string, fragment: string): string {
  return fragment === "" ? page : `${page}#${fragment}`;
}
