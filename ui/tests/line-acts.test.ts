// What is offered at a line follows the role, and what the owner lets members do.
import { describe, expect, it } from "vitest";
import { actsOn } from "../src/model/room/line-acts";
import { reduce } from "../src/model/room/reduce";
import { type RoomState, newRoom } from "../src/model/room/state";
import type { Role, Rules } from "../src/wire";

const LIMITS = newRoom("").limits;
const LINE = { seq: 7, mine: false, state: "stored" } as const;

function room(role: Role, rules?: Rules): RoomState {
  const met = reduce(newRoom("ws://192.168.1.23:8080"), {
    type: "welcomed", name: "读书会", you: { member: "me", nickname: "阿明" }, role, log: "a", limits: LIMITS, ...(rules ? { rules } : {}),
  }, 0);
  return reduce(met, { type: "status", status: { state: "connected", dialect: "v1" } }, 0);
}

const pins = (of: RoomState): boolean => actsOn(of, LINE, false).pin;

describe("pinning", () => {
  it("is offered to those who lead, and to members where the owner lets them", () => {
    const roles: Role[] = ["owner", "moderator", "member", "reader"];
    expect(roles.map((role) => pins(room(role)))).toEqual([true, true, false, false]);
    expect(roles.map((role) => pins(room(role, {})))).toEqual([true, true, false, false]);
    expect(roles.map((role) => pins(room(role, { members_pin: true })))).toEqual([true, true, true, false]);
  });

  it("comes and goes with the owner's word, and is what the room says at the next welcome", () => {
    const told = (of: RoomState, rules: Rules): RoomState => reduce(of, { type: "rules", rules }, 0);
    const open = told(room("member"), { members_pin: true });
    expect(pins(open)).toBe(true);
    expect(pins(told(open, {}))).toBe(false);
    const again = reduce(open, { type: "welcomed", name: "读书会", you: open.you, log: "a", limits: LIMITS }, 0);
    expect(pins(again), "the host said nothing of it").toBe(false);
  });
});
