// Words for the doctor's findings. What was seen is told as seen; everything else as likely.
import { causeOf } from "../../model/hosting/diagnosis";
import { isolated } from "../../model/text/bidi";
import { m } from "../../paraglide/messages.js";
import type { Cause, Firewall, Outside, Verdict, WayIn, Witnesses } from "../../wire";
import { shortMoment } from "./time";
import { Apart, inLetters, type Piece } from "./sentences";

type Proven = Extract<Verdict, { result: "proven" }>;

/** What is known of an address. */
export function verdictWords(verdict: Verdict, now: number, locale: string): string {
  if (verdict.result === "proven") return seenWords(verdict, now, locale);
  const cause = causeWords(verdict);
  return isCertain(verdict) ? m.doctor_not_proven({ cause }) : m.doctor_not_proven_likely({ cause });
}

/** Who came in, when and from where; goes on after it. */
export function seenWords({ by, at, from }: Proven, now: number, locale: string): string {
  return m.doctor_seen({ by: isolated(by), at: shortMoment(Date.parse(at), now, locale), from });
}

/** Why nobody else can get in; `null` where there is a way. */
export function nobodyWords(wayIn: WayIn): string | null {
  switch (wayIn) {
    case "only_here":
      return m.share_computer_lead();
    case "no_network":
      return m.share_none();
    case "addresses":
      return null;
    default:
      return wayIn satisfies never;
  }
}

/** Why nothing was proven; goes on after "because" or a colon. */
export function causeWords(cause: Cause): string {
  switch (cause.cause) {
    case "only_here":
      return m.doctor_because_only_here();
    case "nobody_to_ask":
      return m.doctor_because_nobody_to_ask();
    case "asked_just_now":
      return m.doctor_because_asked_just_now();
    case "nobody_answers":
      return m.doctor_because_nobody_answers();
    case "nobody_near":
      return m.doctor_because_nobody_near();
    case "firewall": {
      const { rule, by } = cause;
      return by === undefined ? m.doctor_because_firewall({ rule }) : inLetters((put) => m.doctor_because_firewall_tried({ rule, by: put(by) }));
    }
    case "kept_apart":
      return inLetters((put) => m.doctor_because_kept_apart({ by: put(cause.by) }));
    case "firewall_or_kept_apart":
      return inLetters((put) => m.doctor_because_firewall_or_kept_apart({ by: put(cause.by) }));
    case "refused":
      return inLetters((put) => m.doctor_because_refused({ by: put(cause.by) }));
    case "other_host":
      return inLetters((put) => m.doctor_because_other_host({ by: put(cause.by) }));
    case "not_seen":
      return inLetters((put) => m.doctor_because_not_seen({ by: put(cause.by) }));
    case "no_way":
      return inLetters((put) => m.doctor_because_no_way({ by: put(cause.by) }));
    case "router_does_not_lead":
      return inLetters((put) => m.doctor_because_router_does_not_lead({ by: put(cause.by) }));
    case "only_from_within":
      return m.doctor_because_only_from_within();
    case "outside_is_off":
      return m.doctor_because_outside_is_off();
    case "router_is_asked":
      return m.doctor_because_router_is_asked();
    case "no_router":
      return m.doctor_because_no_router();
    case "router_refuses":
      return m.doctor_because_router_refuses();
    case "router_has_no_address":
      return m.doctor_because_router_has_no_address();
    case "carrier_nat":
      return m.doctor_because_carrier_nat({ seen: cause.seen });
    case "second_router":
      return m.doctor_because_second_router({ seen: cause.seen });
    default:
      return unknown(cause);
  }
}

/** What to do about it. With a command, that is to follow. */
export function adviceWords(cause: Cause, port: number, command: boolean): string {
  switch (cause.cause) {
    case "only_here":
      return m.doctor_do_only_here();
    case "nobody_to_ask":
      return m.doctor_do_nobody_to_ask();
    case "asked_just_now":
      return m.doctor_do_asked_just_now();
    case "nobody_answers":
      return m.doctor_do_nobody_answers();
    case "nobody_near":
      return m.doctor_do_nobody_near();
    case "firewall":
      return command ? m.doctor_do_firewall_command({ port }) : m.doctor_do_firewall({ port });
    case "kept_apart":
      return m.doctor_do_kept_apart();
    case "firewall_or_kept_apart":
      return m.doctor_do_firewall_or_kept_apart({ port });
    case "refused":
      return m.doctor_do_refused({ port });
    case "other_host":
      return m.doctor_do_other_host();
    case "not_seen":
      return m.doctor_do_not_seen();
    case "no_way":
      return m.doctor_do_no_way();
    case "router_does_not_lead":
      return m.doctor_do_router_does_not_lead({ port });
    case "only_from_within":
      return m.doctor_do_only_from_within();
    case "outside_is_off":
      return m.doctor_do_outside_is_off();
    case "router_is_asked":
      return m.doctor_do_router_is_asked();
    case "no_router":
      return m.doctor_do_no_router({ port });
    case "router_refuses":
      return m.doctor_do_router_refuses({ port });
    case "router_has_no_address":
      return m.doctor_do_router_has_no_address();
    case "carrier_nat":
      return m.doctor_do_carrier_nat();
    case "second_router":
      return m.doctor_do_second_router({ port });
    default:
      return unknown(cause);
  }
}

/** What came of the wish to be reachable from the internet. */
export function outsideWords(outside: Outside): string {
  switch (outside.state) {
    case "off":
      return m.doctor_outside_off();
    case "looking":
      return m.doctor_outside_looking();
    case "mapped":
      return m.doctor_outside_mapped({ address: outside.address });
    default:
      return m.doctor_outside_no({ cause: causeWords(causeOf(outside)) });
  }
}

/**
 * The computer's own firewall, its commands set apart, to be read and copied as they are. Where the system alone knows it, its
 * settings are named.
 */
export function firewallWords(firewall: Firewall, port: number, onWindows: boolean): Piece[] {
  const commands = new Apart();
  return commands.set(firewallSentence(firewall, port, onWindows, (command) => commands.put(command)));
}

function firewallSentence(firewall: Firewall, port: number, onWindows: boolean, command: (text: string) => string): string {
  switch (firewall.state) {
    case "open":
      return m.doctor_firewall_open();
    case "closed":
      return m.doctor_firewall_closed({ rule: firewall.rule });
    case "unclear":
      return m.doctor_firewall_unclear({ list: command("sudo nft list ruleset") });
    case "unreadable":
      return m.doctor_firewall_unreadable({ status: command("sudo ufw status"), allow: command(`sudo ufw allow ${port}/tcp`) });
    case "asks_owner":
      return onWindows ? m.doctor_firewall_windows() : m.doctor_firewall_mac();
    default:
      return unknown(firewall);
  }
}

/** Who was asked. */
export function witnessWords({ present, asked, answered }: Witnesses): string {
  if (present === 0) return m.doctor_asked_nobody();
  return asked === 0 ? m.doctor_asked_before({ present }) : m.doctor_asked({ present, asked, answered });
}

/** Whether it is known to be the reason, and not only likely. */
function isCertain({ cause }: Cause): boolean {
  switch (cause) {
    case "only_here":
    case "nobody_to_ask":
    case "asked_just_now":
    case "nobody_answers":
    case "nobody_near":
    case "only_from_within":
    case "outside_is_off":
    case "router_is_asked":
      return true;
    case "firewall":
    case "kept_apart":
    case "firewall_or_kept_apart":
    case "refused":
    case "other_host":
    case "not_seen":
    case "no_way":
    case "router_does_not_lead":
    case "no_router":
    case "router_refuses":
    case "router_has_no_address":
    case "carrier_nat":
    case "second_router":
      return false;
    default:
      return cause satisfies never;
  }
}

/** Nothing gets here unless the shell is newer than the page. */
function unknown(told: never): string {
  return JSON.stringify(told);
}
