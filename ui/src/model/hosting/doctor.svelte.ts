// The doctor: it finds out who can get into the room of one's own. Runes around the transport.
import type { AppTransport } from "../../transport";
import type { AppError, Report } from "../../wire";
import { attempt } from "../base/attempt";

export class Doctor {
  /** What was found last. */
  report = $state.raw<Report | null>(null);
  /** Whether somebody is being asked. */
  looking = $state.raw(false);
  /** Why nothing was found. */
  error = $state.raw<AppError | null>(null);
  /** Whether the switch is being turned. */
  turning = $state.raw(false);
  /** Why the switch did not turn. */
  outsideError = $state.raw<AppError | null>(null);
  /** Counts the examinations: the answer to an earlier one may come when a newer one is under way. */
  #turn = 0;

  constructor(private readonly transport: AppTransport) {}

  /** Nobody waits for an answer any more. */
  clear(): void {
    this.#turn += 1;
    this.looking = false;
    this.report = null;
    this.error = null;
    this.outsideError = null;
  }

  /** What was found before stands until there is an answer. */
  async examine(): Promise<void> {
    const turn = ++this.#turn;
    this.looking = true;
    this.error = null;
    const answer: { report: Report | null; why: AppError | null } = { report: null, why: null };
    await attempt(this.transport.examine().then((report) => (answer.report = report)), (why) => (answer.why = why));
    if (turn !== this.#turn) return;
    this.looking = false;
    this.report = answer.report;
    this.error = answer.why;
  }

  async setOutside(wished: boolean): Promise<void> {
    if (this.turning) return;
    this.turning = true;
    this.outsideError = null;
    await attempt(this.transport.setOutside(wished), (why) => (this.outsideError = why));
    this.turning = false;
  }
}
