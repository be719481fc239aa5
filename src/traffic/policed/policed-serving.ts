// Hot dialect: the server's half of a call where policies are: requests that are turned away, dropped from the queue, or past their deadline.
import { grown, nextCapacity } from '../../model/columns.ts';
import type { PodRow } from '../../model/rows.ts';
import { CALL, Field, Outcome, ServerState } from '../calls.ts';
import { SERVER, ServerField } from '../servers.ts';
import { WeighedServing } from '../weighed-serving.ts';
import type { AttemptNotes } from './attempt-notes.ts';
import type { Chain } from './chain.ts';

/** What the server's half needs of the policies. */
export interface ServerPolicies {
  /** Of a pod that serves by that behaviour; undefined without any. */
  of(behavior: number, pod: PodRow): Chain | undefined;
  /** Of requests at servers. */
  readonly requests: AttemptNotes;
  /** By when the caller of a row must have its answer. */
  deadlineOf(row: number): number;
  readonly nowUs: number;
}

export class PolicedServing extends WeighedServing {
  #policies: ServerPolicies | undefined;
  /** By row: whether policies let it in and have not heard of its end. */
  #admitted = new Uint8Array(0);

  govern(policies: ServerPolicies): this {
    this.#policies = policies;
    return this;
  }

  protected override take(row: number, pod: PodRow): void {
    if (row >= this.#admitted.length) this.#grow(row);
    this.#admitted[row] = 0;
    if (!this.#enter(row, pod)) return;
    super.take(row, pod);
  }

  /** Asks the policies of the pod. */
  #enter(row: number, pod: PodRow): boolean {
    const policies = this.#policies!;
    if (policies.deadlineOf(row) <= policies.nowUs) {
      this.answer(row, Outcome.Timeout);
      return false;
    }
    const chain = policies.of(this.servers.ints[SERVER * pod + ServerField.Behavior], pod);
    const notes = policies.requests;
    notes.begin(row, chain, Infinity);
    notes.started[row] = policies.nowUs;
    if (chain === undefined) return true;
    notes.waiting = this.servers.ints[SERVER * pod + ServerField.Waiting];
    for (let index = 0; index < chain.policies.length; index += 1) {
      const policy = chain.policies[index];
      if (policy.admit === undefined) continue;
      const verdict = policy.admit(notes.show(row, index));
      chain.look(index);
      if (verdict === 0) {
        chain.places[index].permitted += 1;
        continue;
      }
      // A pod does not let a request wait outside of its queue.
      if (verdict > 0) policy.withdrawn?.(notes.show(row, index));
      chain.places[index].rejected += 1;
      for (let i = 0; i < index; i += 1) {
        if (chain.policies[i].admit !== undefined) chain.policies[i].withdrawn?.(notes.show(row, i));
      }
      this.answer(row, Outcome.Overload);
      return false;
    }
    this.#admitted[row] = 1;
    return true;
  }

  protected override next(pod: PodRow): void {
    const servers = this.servers.ints;
    const at = SERVER * pod + ServerField.NextWaiting;
    for (let row = servers[at]; row !== -1 && !this.#stillServes(row, pod); row = servers[at]) this.#drop(row, pod);
    super.next(pod);
  }

  #stillServes(row: number, pod: PodRow): boolean {
    const policies = this.#policies!;
    const { ints } = this.calls;
    if (ints[CALL * row + Field.Server] === ServerState.Preempted) return true;
    if (policies.deadlineOf(row) <= policies.nowUs) {
      ints[CALL * row + Field.Outcome] = Outcome.Timeout;
      return false;
    }
    const notes = policies.requests;
    const chain = notes.chains[row];
    if (chain === undefined) return true;
    notes.waiting = this.servers.ints[SERVER * pod + ServerField.Waiting] - 1;
    let serves = true;
    for (let index = 0; index < chain.policies.length; index += 1) {
      if (chain.policies[index].serves?.(notes.show(row, index)) === false) {
        if (serves) chain.places[index].rejected += 1;
        serves = false;
      }
    }
    if (!serves) ints[CALL * row + Field.Outcome] = Outcome.Overload;
    return serves;
  }

  /** The first that waits leaves the queue without being served. */
  #drop(row: number, pod: PodRow): void {
    const { ints } = this.calls;
    const servers = this.servers.ints;
    const server = SERVER * pod;
    servers[server + ServerField.Waiting] -= 1;
    servers[server + ServerField.NextWaiting] = ints[CALL * row + Field.Next];
    this.servers.unlink(pod, row);
    this.answer(row, ints[CALL * row + Field.Outcome]);
  }

  protected override answer(row: number, outcome: number): void {
    if (row < this.#admitted.length && this.#admitted[row] === 1) {
      this.#admitted[row] = 0;
      const notes = this.#policies!.requests;
      const chain = notes.chains[row];
      const count = chain?.policies.length ?? 0;
      for (let index = 0; index < count; index += 1) {
        chain!.policies[index].ended?.(notes.show(row, index, outcome));
        chain!.look(index);
      }
    }
    super.answer(row, outcome);
  }

  #grow(row: number): void {
    let capacity = this.#admitted.length;
    while (row >= capacity) capacity = nextCapacity(capacity);
    this.#admitted = grown(this.#admitted, capacity);
  }
}
