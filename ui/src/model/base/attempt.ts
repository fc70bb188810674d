// An attempt: what the other side was asked to do either succeeds, or says why not.
import { Refusal } from "../../transport";
import type { AppError } from "../../wire";

/** Waits for what the other side was asked to do; resolves to whether it did. */
export async function attempt(work: Promise<unknown>, refused: (why: AppError) => void): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (thrown) {
    refused(thrown instanceof Refusal ? thrown.why : { error: "system", message: String(thrown) });
    return false;
  }
}
