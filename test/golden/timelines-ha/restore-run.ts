// A restore as in the recordings, in a small world of the simulation: a snapshot, writes, etcd recreated from it.
import { worldOf } from '../../support/world-rig.ts';

export interface Restored {
  readonly snapshotRv: number;
  readonly lastRv: number;
  readonly afterRv: number;
  /** From the stop to the new leader. */
  readonly leaderMs: number;
  /** Whether a kubelet had not heard of the pods that are back, 20 s after the control plane was. */
  readonly blind: boolean;
}

const SNAPSHOT_US = 60e6;
const STOP_US = 76e6;
const SECOND_US = 1e6;

export function restoreAgain(name: string, index: number, bump: number): Restored {
  const world = worldOf(scenario(bump, index));
  const { engine, state } = world;
  engine.run(SNAPSHOT_US);
  const snapshotRv = state.resourceVersion;
  engine.run(STOP_US - 1);
  const lastRv = state.resourceVersion;
  let leaderMs = -1;
  let afterRv = -1;
  let atUs = STOP_US;
  while (leaderMs < 0 && atUs < STOP_US + 60 * SECOND_US) {
    atUs += SECOND_US / 20;
    engine.run(atUs);
    if (state.controlPlane.restores === 0) continue;
    if (afterRv < 0) afterRv = state.resourceVersion;
    if (state.controlPlane.lostQuorumUs < 0) leaderMs = (atUs - STOP_US) / 1000;
  }
  engine.run(STOP_US + 40 * SECOND_US);
  const { pods } = state;
  let waits = 0;
  for (let pod = 0; pod < pods.length; pod += 1) {
    if (pods.alive[pod] === 1 && pods.node[pod] >= 0 && (pods.state[pod] & 0b11) === 0) waits += 1;
  }
  if (leaderMs < 0) throw new Error(`${name}: no leader after the restore`);
  return { snapshotRv, lastRv, afterRv, leaderMs, blind: waits > 0 };
}

/** As the driver of the recordings did: after the snapshot one Deployment is deleted and another one is scaled. */
function scenario(bump: number, seed: number): string {
  return `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: restore-${seed} }
spec:
  duration: 4m
  kubelet: { cachedImages: ["*"] }
  controlPlane: { replicas: 3, processes: { restart: 2s } }
  cluster: { nodePools: [{ name: node, count: 10, zones: [a], capacity: { cpu: 4, memory: 8Gi } }] }
  timeline:
    - { at: 60s, snapshotSave: {} }
    - { at: 61s, delete: { kind: Deployment, name: keep } }
    - { at: 61s, scale: { deployment: web, replicas: 16 } }
    - { at: 76s, snapshotRestore: { bumpRevision: ${bump} } }
---
${deployment('web', 12)}
---
${deployment('keep', 5)}
`;
}

function deployment(name: string, replicas: number): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  template: { metadata: { labels: { app: ${name} } }, spec: { terminationGracePeriodSeconds: 1, containers: [{ name: c, image: "${name}:1" }] } }`;
}
