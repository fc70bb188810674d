// The doctor's diagnosis: what follows from its report of who can get in. Pure.
import type { Cause, Checked, Outside, Report, ShareAddress, Verdict } from "../../wire";
import type { Hosted } from "./invites";

/** Addresses of which the same is known. */
export interface Group {
  addresses: readonly string[];
  verdict: Verdict;
}

/** This computer's own addresses; those that follow on each other and fail alike are told of together. */
export function grouped(report: Report): Group[] {
  const groups: { addresses: string[]; verdict: Verdict }[] = [];
  for (const { address, verdict } of report.addresses.filter(({ outside }) => !outside)) {
    const last = groups.at(-1);
    if (last && verdict.result === "not_proven" && isSame(last.verdict, verdict)) last.addresses.push(address);
    else groups.push({ addresses: [address], verdict });
  }
  return groups;
}

/** Whether what was found is about how it stands now: the router may have answered since, or the switch been turned. */
export function isAboutNow(report: Report, outside: Outside): boolean {
  return isSame(report.outside, outside);
}

/** Why the router leads nobody in; `null` where it does, or is still asked, or is not. */
export function causeOf(outside: Exclude<Outside, { state: "off" | "looking" | "mapped" }>): Cause;
export function causeOf(outside: Outside): Cause | null;
export function causeOf(outside: Outside): Cause | null {
  switch (outside.state) {
    case "off":
    case "looking":
    case "mapped":
      return null;
    case "only_here":
      return { cause: "only_here" };
    case "carrier_nat":
      return { cause: "carrier_nat", seen: outside.seen };
    case "second_router":
      return { cause: "second_router", seen: outside.seen };
    case "no_address":
      return { cause: "router_has_no_address" };
    case "no_router":
      return { cause: "no_router" };
    case "refused":
      return { cause: "router_refuses" };
    default:
      return outside satisfies never;
  }
}

/** What is known of the router's address by itself, where somebody came from the internet by another one. */
export function routersVerdict(report: Report): Verdict | null {
  const routers = report.addresses.find(({ outside }) => outside)?.verdict;
  return report.internet.result === "proven" && routers?.result === "not_proven" ? routers : null;
}

/** A room's address among those that are given away. */
export function sharedAt(address: string, hosted: Hosted): ShareAddress | undefined {
  return hosted.addresses.find(({ url }) => new URL(url).host === new URL(`ws://${address}`).host);
}

/** Those that are tried: others lead to this computer alone. The router's is told of elsewhere. */
export function triedOf(hosted: Hosted): ShareAddress[] {
  const routers = hosted.outside.state === "mapped" ? sharedAt(hosted.outside.address, hosted) : undefined;
  return hosted.addresses.filter((address) => address !== routers && address.kind !== "virtual" && address.kind !== "loopback");
}

/** The proof that says most of those who are near: at an address of this computer, the best one first. */
export function proofNear(report: Report): Checked | undefined {
  return report.addresses.find(({ outside, verdict }) => !outside && verdict.result === "proven" && !isSame(verdict, report.internet));
}

/** A command that lets newcomers past a rule, a table and a chain; `null` where there is none to be sure of. */
export function lettingIn(rule: string, port: number, v6: boolean): string | null {
  if (rule.includes("ufw")) return `sudo ufw allow ${port}/tcp`;
  if (rule.includes("firewalld")) return `sudo firewall-cmd --add-port=${port}/tcp`;
  if (rule.startsWith("iptables ")) return `sudo ${v6 ? "ip6tables" : "iptables"} -I INPUT -p tcp --dport ${port} -j ACCEPT`;
  // What is not such a name is nothing to give to a shell.
  return /^(inet|ip6?) [\w.-]+ [\w.-]+$/.test(rule) ? `sudo nft insert rule ${rule} tcp dport ${port} accept` : null;
}

/** Both come from the same place, in the same order. */
function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
