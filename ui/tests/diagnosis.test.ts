// What follows from what was found about who can get in, and its words in both languages.
import { afterEach, describe, expect, it } from "vitest";
import { causeOf, grouped, isAboutNow, lettingIn, proofNear, routersVerdict, sharedAt, triedOf } from "../src/model/hosting/diagnosis";
import type { Hosted } from "../src/model/hosting/invites";
import { overwriteGetLocale } from "../src/paraglide/runtime";
import { adviceWords, causeWords, firewallWords, nobodyWords, outsideWords, verdictWords, witnessWords } from "../src/view/words/doctor";
import type { Cause, Firewall, Outside, Report, WayIn } from "../src/wire";
import { alone, MAPPED, mapped, mixed, not, OUTER, seen } from "./gallery/reports";
import { sceneOf } from "./gallery/scenes";
import { NOW } from "./room";

const rule = "inet filter input", by = "阿明";
// One of each. The records do not compile when a variant is missing.
const causes: { [K in Cause["cause"]]: Extract<Cause, { cause: K }> } = {
  only_here: { cause: "only_here" }, nobody_to_ask: { cause: "nobody_to_ask" }, asked_just_now: { cause: "asked_just_now" }, nobody_answers: { cause: "nobody_answers" },
  nobody_near: { cause: "nobody_near" }, firewall: { cause: "firewall", rule, by }, kept_apart: { cause: "kept_apart", by },
  firewall_or_kept_apart: { cause: "firewall_or_kept_apart", by }, refused: { cause: "refused", by }, other_host: { cause: "other_host", by },
  not_seen: { cause: "not_seen", by }, no_way: { cause: "no_way", by }, router_does_not_lead: { cause: "router_does_not_lead", by },
  only_from_within: { cause: "only_from_within" }, outside_is_off: { cause: "outside_is_off" }, router_is_asked: { cause: "router_is_asked" },
  no_router: { cause: "no_router" }, router_refuses: { cause: "router_refuses" }, router_has_no_address: { cause: "router_has_no_address" },
  carrier_nat: { cause: "carrier_nat", seen: "100.64.3.4" }, second_router: { cause: "second_router", seen: "192.168.0.7" },
};
const outsides: { [K in Outside["state"]]: Extract<Outside, { state: K }> } = {
  off: { state: "off" }, only_here: { state: "only_here" }, looking: { state: "looking" }, mapped: { state: "mapped", address: OUTER },
  carrier_nat: { state: "carrier_nat", seen: "100.64.3.4" }, second_router: { state: "second_router", seen: "192.168.0.7" }, no_address: { state: "no_address" }, no_router: { state: "no_router" },
  refused: { state: "refused" },
};
const firewalls: { [K in Firewall["state"]]: Extract<Firewall, { state: K }> } = {
  open: { state: "open" }, closed: { state: "closed", rule }, unclear: { state: "unclear" }, unreadable: { state: "unreadable" },
  asks_owner: { state: "asks_owner" },
};

/** The words in both languages: not empty, of no other language, and each of its own. */
function worded<T>(all: readonly T[], words: (one: T) => string): { zh: string[]; en: string[] } {
  overwriteGetLocale(() => "zh-CN");
  const zh = all.map(words);
  overwriteGetLocale(() => "en");
  const en = all.map(words);
  for (const said of zh) expect(said).toMatch(/\p{Script=Han}/u);
  for (const said of en) expect(said.replaceAll(by, "")).toMatch(/^[^\p{Script=Han}{}]+$/u);
  for (const said of [zh, en]) expect(new Set(said).size).toBe(all.length);
  return { zh, en };
}

const hosted = sceneOf("doctor-mapped").app.hosting as Hosted;

afterEach(() => overwriteGetLocale(() => "en"));

describe("words", () => {
  const all: Cause[] = [...Object.values(causes), { cause: "firewall", rule }];

  it("say why for every cause, with what it tells", () => {
    const { zh, en } = worded(all, causeWords);
    for (const [i, cause] of all.entries()) {
      for (const fact of Object.entries(cause).flatMap(([key, value]) => (key === "cause" ? [] : [value as string]))) {
        expect(zh[i]).toContain(fact);
        expect(en[i]).toContain(fact);
      }
    }
  });

  it("say why nobody else gets in, where there is no way", () => {
    worded<WayIn>(["only_here", "no_network"], (wayIn) => nobodyWords(wayIn)!);
    expect(nobodyWords("addresses"), "nothing is said before it is seen").toBeNull();
  });

  it("say what to do for every cause", () => {
    worded(Object.values(causes), (cause) => adviceWords(cause, 8080, false));
    expect(adviceWords(causes.firewall, 8080, true)).toMatch(/8080.*:$/);
    expect(adviceWords(causes.no_router, 8080, false)).toContain("8080");
    for (const cause of [causes.carrier_nat, causes.router_has_no_address]) expect(adviceWords(cause, 1, false)).toMatch(/local network.*VPN.*IPv6/);
  });

  it("never tell a guess as a fact", () => {
    overwriteGetLocale(() => "zh-CN");
    const said = (cause: Cause): string => verdictWords(not(cause), NOW, "zh-CN");
    for (const cause of all) expect(said(cause)).toMatch(/^未证实(，多半是因为|：).*。$/u);
    for (const cause of [causes.firewall, causes.kept_apart, causes.router_does_not_lead, causes.carrier_nat]) expect(said(cause)).toContain("多半");
    expect(said(causes.nobody_to_ask)).not.toContain("多半");
    expect(verdictWords(seen("小李", "11:03", "192.168.1.5"), NOW, "zh-CN")).toMatch(/^\u2068小李\u2069 \d\d:\d\d 从 192\.168\.1\.5 进来过$/u);
  });

  it("cannot be reordered by a name", () => {
    expect(causeWords({ cause: "refused", by: "\u202eevil\u2069" })).toContain("\u2068evil\u2069");
  });

  it("say what came of the router, the firewall, and who was asked", () => {
    const { en } = worded(Object.values(outsides), outsideWords);
    expect(en[3]).toContain(OUTER);
    const sentence = (firewall: Firewall, onWindows: boolean): string => firewallWords(firewall, 8080, onWindows).map(({ text }) => text).join("");
    worded([...Object.values(firewalls)], (firewall) => sentence(firewall, true));
    const [windows, mac] = [true, false].map((onWindows) => sentence(firewalls.asks_owner, onWindows));
    expect([windows, mac]).toEqual([expect.stringContaining("Windows Security"), expect.stringContaining("System Settings")]);
    const commands = firewallWords(firewalls.unreadable, 8080, false).filter(({ apart }) => apart);
    expect(commands.map(({ text }) => text)).toEqual(["sudo ufw status", "sudo ufw allow 8080/tcp"]);
    worded([{ present: 0, asked: 0, answered: 0 }, { present: 2, asked: 0, answered: 0 }, { present: 2, asked: 2, answered: 1 }], witnessWords);
  });
});

describe("what was found", () => {
  it("is told together where addresses fail alike", () => {
    expect(grouped(alone).map(({ addresses }) => addresses)).toEqual([["192.168.1.23:8080", "100.84.12.7:8080"]]);
    expect(grouped(mixed)).toHaveLength(3);
    expect(grouped(mapped).map(({ addresses }) => addresses)).toEqual([["192.168.1.23:8080"]]);
  });

  it("is a proof of those who are near, or of the internet", () => {
    expect(proofNear(mapped)?.address).toBe("192.168.1.23:8080");
    expect(proofNear(alone)).toBeUndefined();
    const six = seen("Wei", "12:06", "2a02:123::1");
    const direct: Report = { ...mapped, addresses: [{ address: "[2a01:db8::5]:8080", outside: false, verdict: six }], internet: six };
    expect(proofNear(direct)).toBeUndefined();
  });

  it("says of the router's address itself what a proof by another one does not", () => {
    expect(routersVerdict(mapped)).toBeNull();
    const [routers, ...own] = mapped.addresses;
    expect(routersVerdict({ ...mapped, addresses: [{ ...routers!, verdict: not(causes.router_does_not_lead) }, ...own] })).toMatchObject(causes.router_does_not_lead);
  });

  it("is about now while the router has not changed its mind", () => {
    expect(isAboutNow(mapped, MAPPED)).toBe(true);
    expect([isAboutNow(mapped, outsides.looking), isAboutNow(mapped, { state: "mapped", address: "84.23.5.6:1" })]).toEqual([false, false]);
  });

  it("has a cause where the router leads nobody in", () => {
    expect([outsides.carrier_nat, outsides.second_router].map(causeOf)).toEqual([causes.carrier_nat, causes.second_router]);
    expect([outsides.off, outsides.looking, outsides.mapped].map(causeOf)).toEqual([null, null, null]);
  });

  it("has a command where one is sure, and gives nothing else to a shell", () => {
    expect(lettingIn(rule, 8080, false)).toBe("sudo nft insert rule inet filter input tcp dport 8080 accept");
    expect(lettingIn("iptables ufw-user-input", 8080, false)).toBe("sudo ufw allow 8080/tcp");
    expect(lettingIn("iptables INPUT", 8080, true)).toContain("sudo ip6tables -I INPUT");
    expect(lettingIn("inet firewalld filter_INPUT", 8080, false)).toContain("firewall-cmd");
    for (const strange of ["inet filter a;b", "inet filter", "inet $(x) input", ""]) expect(lettingIn(strange, 8080, false)).toBeNull();
  });

  it("finds the addresses that are given away", () => {
    expect(sharedAt(OUTER, hosted)?.kind).toBe("public");
    expect(triedOf(hosted).map(({ kind }) => kind)).toEqual(["lan", "vpn"]);
    const plain = { ...hosted, addresses: [{ url: "ws://84.23.5.6", page: "http://84.23.5.6/", kind: "public" as const }] };
    expect(sharedAt("84.23.5.6:80", plain)).toBeDefined();
  });
});
