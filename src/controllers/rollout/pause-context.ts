// What one sync of a Rollout decides about pauses and aborts, until the status is written.
import { timestamp } from '../../lib/timestamp.ts';
import type { PauseCondition, PauseReason, Rollout, RolloutStatus } from './rollout-objects.ts';

export class PauseContext {
  readonly #status: RolloutStatus;
  readonly #added: PauseReason[] = [];
  readonly #removed = new Set<PauseReason>();
  #cleared = false;
  #addsAbort = false;
  #removesAbort = false;
  #abortMessage = '';

  constructor(rollout: Rollout) {
    this.#status = rollout.status ?? {};
  }

  get hasAdded(): boolean {
    return this.#added.length > 0;
  }

  get isAborted(): boolean {
    return !this.#removesAbort && (this.#addsAbort || this.#status.abort === true);
  }

  /** Why this sync aborts; empty when it does not, or says no more. */
  get abortMessage(): string {
    return this.#abortMessage;
  }

  abort(message: string): void {
    this.#addsAbort = true;
    this.#abortMessage = message;
  }

  removeAbort(): void {
    this.#removesAbort = true;
  }

  add(reason: PauseReason): void {
    this.#added.push(reason);
  }

  remove(reason: PauseReason): void {
    this.#removed.add(reason);
  }

  clear(): void {
    this.#cleared = true;
  }

  /** The status with pauses and abort as they are now. An abort forgets pauses, and so does the end of the last one. */
  applied(status: RolloutStatus, nowUs: number): RolloutStatus {
    const now = timestamp(nowUs);
    if (this.#addsAbort || (!this.#removesAbort && this.#status.abort === true)) {
      return { ...status, abort: true, abortedAt: this.#status.abortedAt ?? now };
    }
    const running = { ...status, abort: undefined, abortedAt: undefined };
    if (this.#cleared) return running;
    const before = this.#status.pauseConditions ?? [];
    const known = new Set(before.map(({ reason }) => reason));
    const fresh = this.#added
      .filter((reason, i) => !known.has(reason) && this.#added.indexOf(reason) === i)
      .map((reason): PauseCondition => ({ reason, startTime: now }));
    const conditions = [...before.filter(({ reason }) => !this.#removed.has(reason)), ...fresh];
    if (conditions.length === 0) return running;
    const controllerPause = fresh.length > 0 || this.#status.controllerPause === true;
    return { ...running, controllerPause: controllerPause || undefined, pauseConditions: conditions };
  }
}
