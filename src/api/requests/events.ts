// Hot dialect: POST of an event about a pod, a node or an object. The message is interned; `argument` is what its %n or %p stands for, or -1.
import { EventSubject } from '../../model/event-log.ts';
import { type RequestArena, Verb } from './arena.ts';
import type { Commit } from './commit-context.ts';

export function recordPodEvent(
  requests: RequestArena,
  message: number,
  owner: number,
  ordinal: number,
  argument: number,
): number {
  return record(requests, message, EventSubject.Pod, owner, ordinal, argument);
}

export function recordNodeEvent(requests: RequestArena, message: number, node: number): number {
  return record(requests, message, EventSubject.Node, node, 0, -1);
}

export function recordObjectEvent(requests: RequestArena, message: number, row: number, argument: number): number {
  return record(requests, message, EventSubject.Object, row, 0, argument);
}

function record(
  requests: RequestArena,
  message: number,
  subject: number,
  first: number,
  second: number,
  argument: number,
): number {
  const request = requests.allocate(Verb.RecordEvent, first, subject);
  requests.a[request] = message;
  requests.b[request] = second;
  requests.c[request] = argument;
  return request;
}

export function commitRecordEvent({ requests, state, clock }: Commit, request: number): number {
  const { target, epoch, a, b, c } = requests;
  state.events.add(clock.now, a[request], epoch[request], target[request], b[request], c[request]);
  return 0;
}
