// A refusal: the one error that a transport rejects with.
import type { AppError } from "../wire";

/** Why the other side of a transport did not do what it was asked. */
export class Refusal extends Error {
  constructor(readonly why: AppError) {
    super(why.error);
    this.name = "Refusal";
  }
}

/** Reads whatever a call rejected with. What has no known form is passed on in the system's own words. */
export function refusalOf(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown;
  if (typeof thrown === "object" && thrown !== null && "error" in thrown && typeof thrown.error === "string") {
    return new Refusal(thrown as AppError);
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new Refusal({ error: "system", message });
}
