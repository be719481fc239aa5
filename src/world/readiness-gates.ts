// Controllers outside the cluster that open readiness gates: some time after the containers of a pod are ready they set its condition.
import type { ApiClient } from '../api/client.ts';
import { Resources } from '../api/resources/resources.ts';
import { Samplers } from '../engine/distributions.ts';
import type { Engine } from '../engine/engine.ts';
import { timestamp } from '../lib/timestamp.ts';
import { Change } from '../model/change-log.ts';
import { PodBit } from '../model/pods.ts';
import type { PodRow } from '../model/rows.ts';
import type { ReadinessGateSetting } from '../model/settings/readiness-gate.ts';

/** Each opens a gate of a pod once; a client that closes it again is not contradicted. */
export function openReadinessGates(engine: Engine, client: ApiClient, settings: readonly ReadinessGateSetting[]): void {
  const { state, podCommits } = client.api.server;
  const { pods, classes } = state;
  const resources = new Resources(client);
  const samplers = new Samplers();
  const random = engine.stream('readiness-gates');
  const gates = settings.map(({ conditionType, after }) => ({ conditionType, after: samplers.add(after) }));
  const waiting = new Map<PodRow, number>();
  const opens = gates.map(({ conditionType: type }) =>
    engine.kind('readiness-gate', (row, epoch) => {
      const pod = row as PodRow;
      if (pods.alive[pod] === 0 || pods.epoch[pod] !== epoch) return;
      const { namespace } = classes.get(pods.podClass[pod]);
      const target = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name: state.podName(pod) } };
      const condition = { type, status: 'True', lastTransitionTime: timestamp(engine.now) };
      resources.patchStatus(target, { type: 'strategic', patch: { status: { conditions: [condition] } } });
    }),
  );
  podCommits.push((pod, epoch, what) => {
    if ((what & Change.Removed) !== 0) waiting.delete(pod);
    if ((what & Change.Status) === 0 || (pods.state[pod] & PodBit.ContainersReady) === 0) return;
    const { readinessGates } = classes.get(pods.podClass[pod]).runtime;
    if (readinessGates.length === 0 || waiting.get(pod) === epoch) return;
    waiting.set(pod, epoch);
    for (const [index, { conditionType, after }] of gates.entries()) {
      if (!readinessGates.includes(conditionType)) continue;
      engine.after(Math.round(samplers.draw(after, random)), opens[index], pod, epoch);
    }
  });
}
