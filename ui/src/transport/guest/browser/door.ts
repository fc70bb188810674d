// The sign at a room's door, as the host shows it to whoever has not come in yet.
import type { DoorSign } from "../../../wire";

/** What it says; `null` where nothing is to be had, as from a host of an earlier version. */
export async function doorSign(ask: (path: string) => Promise<Response>): Promise<DoorSign | null> {
  try {
    const answer = await ask("/sign");
    return answer.ok ? readSign(await answer.json()) : null;
  } catch {
    return null;
  }
}

export function readSign(said: unknown): DoorSign | null {
  if (typeof said !== "object" || said === null) return null;
  const { name, closed, password, owner, online } = said as Record<string, unknown>;
  if (typeof name !== "string" || name === "" || typeof closed !== "boolean") return null;
  return {
    name, closed, password: password === true, ...(typeof owner === "string" && owner !== "" ? { owner } : {}),
    ...(typeof online === "number" ? { online } : {}),
  };
}
