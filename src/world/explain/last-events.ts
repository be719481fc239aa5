// The last events about a workload, its parts and the pods of these, or about a node; repeated ones once.
import { EventSubject } from '../../model/event-log.ts';
import type { ObjectRow } from '../../model/rows.ts';
import type { World } from '../build.ts';

export interface LastEvent {
  /** When the last one of its kind was recorded, µs. */
  readonly timeUs: number;
  readonly type: string;
  readonly reason: string;
  /** `Pod/shop/db-1`, of several the last one; '' for what is about nobody. */
  readonly object: string;
  readonly objects: number;
  readonly message: string;
  /** How many there were with the same words about objects of the same kind. */
  readonly count: number;
}

const MOST = 10;

/** Of objects and of the pods that they made. */
export function eventsAbout(world: World, objects: ReadonlySet<ObjectRow>): LastEvent[] {
  const { events, identities } = world.state;
  return lastEvents(world, (index) => {
    const subject = events.subject[index];
    if (subject === EventSubject.Object) return objects.has(events.objectOf(index));
    return subject === EventSubject.Pod && objects.has(identities.maker[events.podOf(index)]);
  });
}

/** Warnings are kept before what is normal; then the newest, which come last. */
export function lastEvents({ state }: World, concerns: (index: number) => boolean): LastEvent[] {
  const { events } = state;
  const found = new Map<string, LastEvent>();
  const seen = new Set<string>();
  for (const index of events.inOrder()) {
    if (!concerns(index)) continue;
    const { type, reason } = events.messages.get(events.message[index]);
    const { kind, namespace, name, message } = state.describeEvent(index);
    const object = [kind, namespace, name].filter((part) => part !== '').join('/');
    const key = `${kind}\n${reason}\n${message}`;
    const { count = 0, objects = 0 } = found.get(key) ?? {};
    const isNew = !seen.has(`${object}\n${key}`);
    seen.add(`${object}\n${key}`);
    found.delete(key);
    const timeUs = events.recordedAt[index];
    found.set(key, { timeUs, type, reason, object, objects: objects + (isNew ? 1 : 0), message, count: count + 1 });
  }
  const all = [...found.values()];
  const warnings = all.filter(({ type }) => type === 'Warning').slice(-MOST);
  const room = MOST - warnings.length;
  const normal = room === 0 ? [] : all.filter(({ type }) => type !== 'Warning').slice(-room);
  return [...warnings, ...normal].sort((a, b) => a.timeUs - b.timeUs);
}
