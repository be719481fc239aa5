// The schedulers of a control plane whose processes may die, to those who ask for the scheduler: the one that leads.
import { assert } from '../../lib/assert.ts';
import type { PodRow } from '../../model/rows.ts';
import type { SchedulerObserver } from '../../scheduler/observer.ts';
import type { Scheduler } from '../../scheduler/scheduler.ts';

/** What is asked of the scheduler. */
export type SchedulerView = Pick<
  Scheduler,
  'cache' | 'counts' | 'messageOf' | 'observe' | 'preemptor' | 'queue' | 'queueDepths' | 'schedulerNames'
>;

interface Instance {
  readonly scheduler: Scheduler;
  readonly leads: () => boolean;
}

export class Schedulers implements SchedulerView {
  /** Those whose process lives, in the order of their starts. */
  readonly #alive: Instance[] = [];
  /** The last one that led, or was started. */
  #last: Scheduler | undefined;
  readonly #ended = { attempts: 0, scheduled: 0, unschedulable: 0, errors: 0 };
  readonly #observed: (readonly [string, string, SchedulerObserver])[] = [];

  /** A process has begun; gives what to call at its end. */
  begun(instance: Instance): () => void {
    const { scheduler } = instance;
    this.#alive.push(instance);
    this.#last ??= scheduler;
    for (const [namespace, name, observer] of this.#observed) scheduler.observe(namespace, name, observer);
    return () => {
      this.#alive.splice(this.#alive.indexOf(instance), 1);
      add(this.#ended, scheduler.counts);
    };
  }

  get #leader(): Scheduler {
    const leader = this.#alive.find(({ leads }) => leads()) ?? this.#alive[0];
    this.#last = leader?.scheduler ?? this.#last;
    assert(this.#last !== undefined, 'no scheduler was ever started');
    return this.#last;
  }

  /** Of all that ever ran. */
  get counts(): Scheduler['counts'] {
    const sum = { ...this.#ended };
    for (const { scheduler } of this.#alive) add(sum, scheduler.counts);
    return sum;
  }

  get cache(): Scheduler['cache'] {
    return this.#leader.cache;
  }

  get queue(): Scheduler['queue'] {
    return this.#leader.queue;
  }

  get preemptor(): Scheduler['preemptor'] {
    return this.#leader.preemptor;
  }

  get schedulerNames(): readonly string[] {
    return this.#leader.schedulerNames;
  }

  messageOf(row: PodRow): string | undefined {
    return this.#leader.messageOf(row);
  }

  queueDepths(): ReturnType<Scheduler['queueDepths']> {
    return this.#leader.queueDepths();
  }

  observe(namespace: string, name: string, observer: SchedulerObserver): void {
    this.#observed.push([namespace, name, observer]);
    for (const { scheduler } of this.#alive) scheduler.observe(namespace, name, observer);
  }
}

function add(sum: Record<keyof Scheduler['counts'], number>, counts: Scheduler['counts']): void {
  sum.attempts += counts.attempts;
  sum.scheduled += counts.scheduled;
  sum.unschedulable += counts.unschedulable;
  sum.errors += counts.errors;
}
