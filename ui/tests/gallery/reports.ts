// What the doctor finds in the scenes of the gallery.
import type { Cause, Checked, Outside, Report, Verdict } from "../../src/wire";

export const OUTER = "84.23.5.6:49152";

export const seen = (by: string, at: string, from: string): Verdict => ({ result: "proven", by, at: new Date(`2026-11-22T${at}:00+08:00`).toISOString(), from });
export const not = (cause: Cause): Verdict => ({ result: "not_proven", ...cause });

const at = (address: string, verdict: Verdict, outside = false): Checked => ({ address, outside, verdict });
const lan = (verdict: Verdict): Checked => at("192.168.1.23:8080", verdict);
const vpn = (verdict: Verdict): Checked => at("100.84.12.7:8080", verdict);
const li = seen("小李", "12:03", "192.168.1.5");

const off: Outside = { state: "off" };
const base: Report = {
  at: "2026-11-22T04:07:00Z", port: 8080, only_here: false, addresses: [], refused_by_browsers: [], internet: not({ cause: "outside_is_off" }), outside: off,
  firewall: { state: "unclear" }, witnesses: { present: 2, asked: 2, answered: 1 },
};

/** One gets in; elsewhere the firewall and the network are in the way. */
export const mixed: Report = {
  ...base, addresses: [
    lan(li), vpn(not({ cause: "firewall", rule: "inet filter input", by: "陈老师" })),
    at("[fd00:1234:5678::9abc:def0]:8080", not({ cause: "kept_apart", by: "陈老师" })),
  ],
};

export const alone: Report = {
  ...base, addresses: [lan(not({ cause: "nobody_to_ask" })), vpn(not({ cause: "nobody_to_ask" }))],
  firewall: { state: "unreadable" }, witnesses: { present: 0, asked: 0, answered: 0 },
};

export const CARRIER: Outside = { state: "carrier_nat", seen: "100.64.3.4" };
export const carrier: Report = {
  ...base, addresses: [lan(li), vpn(not({ cause: "nobody_near" }))], internet: not({ cause: "carrier_nat", seen: "100.64.3.4" }),
  outside: CARRIER, firewall: { state: "open" },
};

export const MAPPED: Outside = { state: "mapped", address: OUTER };
const wei = seen("Wei", "12:06", "91.2.3.4");
export const mapped: Report = {
  ...base, addresses: [at(OUTER, wei, true), lan(li)], internet: wei, outside: MAPPED, firewall: { state: "asks_owner" },
  witnesses: { present: 3, asked: 2, answered: 2 },
};
