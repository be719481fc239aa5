// Stops a run in which an owner makes pods without end: each is refused or deleted at once, and delays that are nearly 0 hold nothing back.
import type { Engine } from '../engine/engine.ts';
import { InputError } from '../lib/errors.ts';
import { isTerminal } from '../model/pods.ts';
import type { ObjectRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import type { LoadedScenario } from '../scenario/scenario.ts';
import { delaysOf } from './standstill.ts';

/** Whoever makes so many between two looks, of which not one in ten is there, makes them in vain. */
const MANY = 64;
const FEW = 0.1;
/** So many looks in a row that see it, within a second, are a loop: sizes that go up and down again are seen once. */
const LOOKS = 3;
const WITHIN_US = 1e6;

/** Jobs give up by themselves. */
const OWNERS: ReadonlySet<string> = new Set(['ReplicaSet', 'StatefulSet', 'DaemonSet', 'ReplicationController']);

/** The parts in which the delays of pods stand. */
const PARTS = ['controlPlane', 'scheduler', 'kubelet'] as const;

interface Suspect {
  readonly owner: ObjectRow;
  /** When it was first seen, how many pods it had made before, and in how many looks since. */
  readonly sinceUs: number;
  readonly madeBefore: number;
  readonly looks: number;
}

export function watchForEndlessPods(engine: Engine, state: ClusterState, loaded: LoadedScenario): void {
  const { objects } = state;
  let before: readonly number[] = [];
  let madeInAll = 0;
  let lookedUs = 0;
  let suspect: Suspect | undefined;
  engine.whenLooking(() => {
    const owner = objects.podsMadeInAll - madeInAll < MANY ? undefined : inVain(state, before, lookedUs);
    if (owner === undefined) suspect = undefined;
    else {
      const known = suspect?.owner === owner && engine.now - suspect.sinceUs < WITHIN_US ? suspect : undefined;
      const { sinceUs, madeBefore, looks } = known ?? {
        sinceUs: lookedUs,
        madeBefore: before.at(owner) ?? 0,
        looks: 0,
      };
      suspect = { owner, sinceUs, madeBefore, looks: looks + 1 };
      const made = objects.podsMade[owner] - madeBefore;
      if (looks + 1 >= LOOKS) throw endless(engine, state, loaded, owner, made, engine.now - sinceUs);
    }
    if (madeInAll !== objects.podsMadeInAll) before = [...objects.podsMade];
    madeInAll = objects.podsMadeInAll;
    lookedUs = engine.now;
  });
}

/** Who has made many pods since a time, of which few are there; `before` has how many each had made by then. */
function inVain(state: ClusterState, before: readonly number[], sinceUs: number): ObjectRow | undefined {
  const { podsMade, kind } = state.objects;
  for (const [index, count] of podsMade.entries()) {
    const row = index as ObjectRow;
    const made = count - (before.at(row) ?? 0);
    if (made >= MANY && OWNERS.has(kind[row]) && activePods(state, row, sinceUs) < made * FEW) return row;
  }
  return undefined;
}

function activePods({ pods }: ClusterState, owner: ObjectRow, sinceUs: number): number {
  let count = 0;
  for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow)
    if (
      pods.alive[pod] === 1 &&
      pods.owner[pod] === owner &&
      pods.createdAt[pod] >= sinceUs &&
      !isTerminal(pods.state[pod])
    )
      count += 1;
  return count;
}

function endless(
  engine: Engine,
  state: ClusterState,
  loaded: LoadedScenario,
  owner: ObjectRow,
  made: number,
  tookUs: number,
): InputError {
  const { objects } = state;
  const name = `${objects.kind[owner]} ${objects.namespace[owner]}/${objects.name[owner]}`;
  const why = whyGone(state, owner);
  const sentences = [
    `${name} makes pods without end: ${made} within ${tookUs} µs, at ${engine.now / 1e6} s, and nearly all of them are gone`,
    ...(why === undefined ? [] : [why]),
    ...delaysOf(loaded, PARTS),
    'or let controllers send so many requests only: controlPlane.clients.controllers.qps',
  ];
  return new InputError({ file: loaded.scenario.name, message: sentences.join('; ') });
}

/** Of one that has failed and is still known. */
function whyGone({ pods, reasons, nodes }: ClusterState, owner: ObjectRow): string | undefined {
  for (let pod = (pods.length - 1) as PodRow; pod >= 0; pod = (pod - 1) as PodRow) {
    if (pods.alive[pod] === 0 || pods.owner[pod] !== owner || !isTerminal(pods.state[pod])) continue;
    const reason = reasons.get(pods.reason[pod]);
    if (reason === '') continue;
    const { [pod]: node } = pods.node;
    return `one failed on node ${nodes.spec[node].name}: ${reason}: ${(pods.messages.get(pod) ?? '').trim()}`;
  }
  return undefined;
}
