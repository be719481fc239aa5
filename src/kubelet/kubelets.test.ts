// A pod's life on its node, with constant delays so that every time is arithmetic.
import { describe, expect, it } from 'vitest';
import { type Rig, rig, template } from '../../test/support/cluster-rig.ts';
import { PodBit, PodPhase } from '../model/pods.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';

/** The pod's committed state after each change: seconds, phase, Ready. */
function follow({ api, engine, state }: Rig): string[] {
  const seen: string[] = [];
  api.podCommits.push((pod, _epoch, what) => {
    const bits = state.pods.state[pod];
    const text = `${engine.now / 1e6} ${(what & 16) !== 0 ? 'gone' : ['Pending', 'Running', 'Succeeded', 'Failed'][bits & 3]}`;
    seen.push((bits & PodBit.Ready) !== 0 ? `${text} ready` : text);
  });
  return seen;
}

const probe = { readinessProbe: { periodSeconds: 5, initialDelaySeconds: 1, successThreshold: 1 } };

describe('start', () => {
  it('takes sandbox, container start and process start; ready when running without a probe', () => {
    const one = rig({});
    const seen = follow(one);
    one.pod('a', template(['x']), 'node-0');
    one.engine.run(60e6);
    // 0.3 s sandbox, 0.2 s container; it listens 2 s later.
    expect(seen).toEqual(['0 Pending', '0.3 Pending', '0.5 Running ready']);
    expect(one.heard).toEqual(['2.5 started 0/0']);
  });

  it('is ready at the first probe on the grid after it listens', () => {
    const one = rig({});
    const seen = follow(one);
    one.pod('a', template(['x'], {}, probe), 'node-0');
    one.engine.run(60e6);
    // Probed first when it is seen running, at 0.5 s, and each 5 s from then on; it listens at 2.5 s.
    expect(seen.slice(1)).toEqual(['0.3 Pending', '0.5 Running', '5.5 Running ready']);
  });

  it('starts containers one after the other; each listens when it does', () => {
    const one = rig({ behaviors: { slow: { startup: { type: 'constant', value: 9e6 } } } });
    const seen = follow(one);
    one.pod('a', template(['slow', 'x']), 'node-0');
    one.engine.run(60e6);
    expect(seen.slice(1)).toEqual(['0.3 Pending', '0.7 Running ready']);
    expect(one.heard).toEqual(['2.7 started 0/1', '9.5 started 0/0']);
  });

  it('runs init containers to their end first', () => {
    const one = rig({});
    const seen = follow(one);
    one.pod('a', template(['x'], { initContainers: [{ name: 'i', image: 'init' }] }), 'node-0');
    one.engine.run(60e6);
    // 0.3 sandbox, 0.2 start, 2 s of work, then 0.2 s for the container.
    expect(seen.slice(1)).toEqual(['0.3 Pending', '0.5 Pending', '2.5 Pending', '2.7 Running ready']);
  });

  it('pulls images one at a time, in order; of one that is there by then only the registry is asked', () => {
    const one = rig({ kubelet: { cachedImages: [] } });
    const seen = follow(one);
    one.pod('a', template(['x']), 'node-0');
    one.pod('b', template(['y']), 'node-0');
    one.pod('c', template(['x']), 'node-0');
    one.engine.run(60e6);
    // 100 MB at 25 MB/s and 0.15 s: x at 0.3 + 4.15, y 4.15 later; c has queued behind both.
    expect(seen.slice(-3)).toEqual(['4.65 Running ready', '8.8 Running ready', '8.95 Running ready']);
  });

  it('waits with a policy of Never until another pod has brought the image', () => {
    const one = rig({ kubelet: { cachedImages: [] } });
    const seen = follow(one);
    one.pod('a', template(['x'], {}, { imagePullPolicy: 'Never' }), 'node-0');
    one.engine.run(12e6);
    expect(seen.filter((line) => line.endsWith('ready'))).toEqual([]);
    one.pod('b', template(['x']), 'node-0');
    one.engine.run(60e6);
    // b's image is there at 12 + 0.3 + 4.15 s; a looks every 10 s from 0.3 s on.
    expect(seen.slice(-2)).toEqual(['16.65 Running ready', '20.5 Running ready']);
    const reasons = Array.from({ length: one.state.events.length }, (_, i) => {
      return one.state.events.messages.get(one.state.events.message[i]).reason;
    });
    // The new sandbox has it looked at once more at once.
    expect(reasons.filter((reason) => reason === 'ErrImageNeverPull')).toHaveLength(3);
    expect(reasons.filter((reason) => reason === 'Pulled')).toHaveLength(2);
  });

  it('rejects a pod that does not fit, as Failed', () => {
    const one = rig({});
    const large = { resources: { requests: { cpu: '3' } } };
    one.pod('a', template(['x'], {}, large), 'node-0');
    one.pod('b', template(['x'], {}, large), 'node-0');
    one.engine.run(60e6);
    const { pods, reasons } = one.state;
    expect([pods.state[0] & 3, pods.state[1] & 3]).toEqual([PodPhase.Running, PodPhase.Failed]);
    expect(reasons.get(pods.reason[1])).toBe('OutOfcpu');
    expect(one.kubelets.admitted.cpuMilli[0]).toBe(3000);
  });

  it('rejects a pod whose node selector its node does not match, after resources and before ports', () => {
    const one = rig({});
    const elsewhere = { nodeSelector: { disk: 'ssd' } };
    const large = { resources: { requests: { cpu: '30' } } };
    one.pod('a', template(['x'], elsewhere), 'node-0');
    one.pod('b', template(['x'], elsewhere, large), 'node-0');
    one.pod('c', template(['x'], { nodeSelector: { 'kubernetes.io/hostname': 'node-0' } }), 'node-0');
    one.engine.run(60e6);
    const { pods, reasons } = one.state;
    const reasonOf = (row: number): string => reasons.get(pods.reason[row]);
    expect([reasonOf(0), reasonOf(1)]).toEqual(['NodeAffinity', 'OutOfcpu']);
    expect([0, 1, 2].map((row) => pods.state[row] & 3)).toEqual([PodPhase.Failed, PodPhase.Failed, PodPhase.Running]);
  });

  it('rejects a pod that does not tolerate a taint of its node with NoExecute, and heeds no other', () => {
    const one = rig({});
    const taint = (effect: string) => ({ key: 'dedicated', value: 'x', effect });
    const { spec } = one.state.nodes;
    const tainted = (effect: string): void => {
      spec[0] = { ...spec[0], taints: [taint(effect)] };
    };
    tainted('NoSchedule');
    one.pod('a', template(['x']), 'node-0');
    one.engine.run(30e6);
    tainted('NoExecute');
    one.pod('b', template(['x']), 'node-0');
    one.pod('c', template(['x'], { tolerations: [{ key: 'dedicated', operator: 'Exists' }] }), 'node-0');
    one.engine.run(60e6);
    const { pods, reasons } = one.state;
    expect([0, 1, 2].map((row) => pods.state[row] & 3)).toEqual([PodPhase.Running, PodPhase.Failed, PodPhase.Running]);
    expect(reasons.get(pods.reason[1])).toBe('TaintToleration');
  });

  it('rejects a pod that requests more disk than is left', () => {
    const gi = 2 ** 30;
    const one = rig({ diskBytes: 10 * gi });
    const asks = (size: string) => ({ resources: { requests: { 'ephemeral-storage': size } } });
    one.pod('a', template(['x'], {}, asks('6Gi')), 'node-0');
    one.pod('b', template(['x'], {}, asks('5Gi')), 'node-0');
    one.pod('c', template(['x'], {}, asks('4Gi')), 'node-0');
    one.engine.run(60e6);
    const { pods, reasons } = one.state;
    expect([0, 1, 2].map((pod) => pods.state[pod] & 3)).toEqual([PodPhase.Running, PodPhase.Failed, PodPhase.Running]);
    expect(reasons.get(pods.reason[1])).toBe('OutOfephemeral-storage');
    expect(pods.messages.get(1 as PodRow)).toContain(
      `Node didn't have enough resource: ephemeral-storage, requested: ${5 * gi}, used: ${6 * gi}, capacity: ${10 * gi}`,
    );
  });
});

describe('restarts', () => {
  it('backs off as Kubernetes does: 0, 10, 20, 40, 80, 160, 300 s after the exit', () => {
    const one = rig({
      kubelet: { sandbox: { type: 'constant', value: 0 }, containerStart: { type: 'constant', value: 0 } },
      behaviors: { bad: { crash: { after: { type: 'constant', value: 1e6 }, exitCode: 1 } } },
    });
    const restarts: number[] = [];
    one.api.podCommits.push((pod) => {
      if (one.state.pods.restarts[pod] > restarts.length) restarts.push(one.engine.now / 1e6);
    });
    one.pod('a', template(['bad']), 'node-0');
    one.engine.run(1500e6);
    // Each life is 1 s: exits at 1, 2, 13, 34, 75, 156, 317, 618, 919 …
    expect(restarts).toEqual([1, 12, 33, 74, 155, 316, 617, 918, 1219]);
  });

  it('ends a pod that is not restarted', () => {
    const one = rig({ behaviors: { job: { crash: { after: { type: 'constant', value: 3e6 }, exitCode: 0 } } } });
    const seen = follow(one);
    one.pod('a', template(['job'], { restartPolicy: 'OnFailure' }), 'node-0');
    one.engine.run(60e6);
    expect(seen.at(-1)).toBe('3.5 Succeeded');
    expect(one.kubelets.admitted.pods[0]).toBe(0);
  });
});

describe('termination', () => {
  const remove = (one: Rig, atUs: number): void => {
    one.engine.run(atUs);
    one.client.deletePod(0 as PodRow, one.state.pods.epoch[0]);
  };

  it('runs preStop, closes the listener, waits for what is held, then removes the object', () => {
    const one = rig({ drainUs: 1.5e6 });
    const seen = follow(one);
    one.pod('a', template(['x'], {}, { lifecycle: { preStop: { sleep: { seconds: 5 } } } }), 'node-0');
    remove(one, 10e6);
    one.engine.run(60e6);
    expect(one.heard).toEqual(['2.5 started 0/0', '15 terminate 0/0']);
    expect(seen.slice(-4)).toEqual(['10 Running ready', '10 Running ready', '16.5 Succeeded', '16.5 gone']);
    expect(one.state.machines.listening[0]).toBe(0);
  });

  it('kills at the end of the grace', () => {
    const one = rig({});
    const seen = follow(one);
    one.pod('a', template(['x'], { terminationGracePeriodSeconds: 7 }), 'node-0');
    remove(one, 10e6);
    one.engine.run(60e6);
    expect(one.heard).toEqual(['2.5 started 0/0', '10 terminate 0/0', '17 killed 0/0']);
    expect(seen.slice(-2)).toEqual(['17 Failed', '17 gone']);
  });

  it('leaves at least two seconds after a hook that used up the grace', () => {
    const one = rig({});
    one.pod(
      'a',
      template(['x'], { terminationGracePeriodSeconds: 5 }, { lifecycle: { preStop: { sleep: { seconds: 9 } } } }),
      'node-0',
    );
    remove(one, 10e6);
    one.engine.run(60e6);
    expect(one.heard).toEqual(['2.5 started 0/0', '15 terminate 0/0', '17 killed 0/0']);
  });

  it('lets a sync that is under way start the container, and stops it then', () => {
    const one = rig({});
    const seen = follow(one);
    one.pod('a', template(['x']), 'node-0');
    remove(one, 0.1e6);
    one.engine.run(60e6);
    expect(seen.at(-1)).toBe('0.5 gone');
    expect(one.heard).toEqual([]);
  });
});

describe('a pod that is deleted by force', () => {
  const large = template(
    ['x'],
    {},
    { resources: { requests: { cpu: '3' } }, ports: [{ containerPort: 80, hostPort: 80 }] },
  );
  const phases = ({ state: { pods } }: Rig) => [pods.state[0] & 3, pods.state[1] & 3];

  // GetActivePods has only pods that the API server has (kubernetes/kubernetes#104824).
  it('leaves its part of the node to others while its containers still end', () => {
    const one = rig({});
    one.pod('a', large, 'node-0');
    one.engine.run(10e6);
    one.client.deletePod(0 as PodRow, one.state.pods.epoch[0], 0);
    one.pod('b', large, 'node-0');
    one.engine.run(15e6);
    expect(phases(one)).toEqual([PodPhase.Running, PodPhase.Running]);
    one.engine.run(60e6);
    expect(one.heard).toEqual(['2.5 started 0/0', '10 terminate 0/0', '12.5 started 1/0', '40 killed 0/0']);
    const { admitted } = one.kubelets;
    expect([admitted.pods[0], admitted.cpuMilli[0]]).toEqual([1, 3000]);
  });

  it('ends with its machine, and what its processes would have done is not done to the next pod of its row', () => {
    const crash = { after: { type: 'constant' as const, value: 30e6 }, exitCode: 1 };
    const one = rig({ nodes: 2, behaviors: { y: { crash } } });
    one.pod('a', template(['x', 'y']), 'node-0');
    one.engine.run(10e6);
    one.client.deletePod(0 as PodRow, one.state.pods.epoch[0], 0);
    one.engine.run(12e6);
    one.kubelets.crashNode(0 as NodeRow);
    one.engine.run(14e6);
    one.pod('b', template(['x']), 'node-1');
    one.engine.run(60e6);
    expect([one.state.podName(0 as PodRow), one.state.pods.state[0] & 3]).toEqual(['b', PodPhase.Running]);
    expect(one.heard.at(-1)).toMatch(/started 0\/0$/);
  });

  it('during a deletion with grace, too', () => {
    const one = rig({});
    one.pod('a', large, 'node-0');
    one.engine.run(10e6);
    one.client.deletePod(0 as PodRow, one.state.pods.epoch[0]);
    one.engine.run(12e6);
    one.pod('b', large, 'node-0');
    one.engine.run(13e6);
    expect(phases(one)).toEqual([PodPhase.Running, PodPhase.Failed]);
    one.client.deletePod(0 as PodRow, one.state.pods.epoch[0], 0);
    one.pod('c', large, 'node-0');
    one.engine.run(60e6);
    expect(one.state.pods.state[2] & 3).toBe(PodPhase.Running);
    expect(one.kubelets.admitted.cpuMilli[0]).toBe(3000);
  });

  it('is not there any more for a kubelet that starts again', () => {
    const one = rig({});
    const node = 0 as NodeRow;
    one.pod('a', large, 'node-0');
    one.engine.run(10e6);
    one.kubelets.stopKubelet(node);
    one.client.deletePod(0 as PodRow, one.state.pods.epoch[0], 0);
    one.pod('b', large, 'node-0');
    one.engine.run(20e6);
    one.kubelets.startKubelet(node);
    one.engine.run(60e6);
    expect(one.state.pods.state[1] & 3).toBe(PodPhase.Running);
    expect(one.heard).toEqual(['2.5 started 0/0', '20 terminate 0/0', '22.5 started 1/0', '50 killed 0/0']);
  });
});

describe('RestartAllContainers', () => {
  const rule = { action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [42] } };
  const crash = { after: { type: 'constant' as const, value: 5e6 }, exitCode: 42 };

  it('stops and removes all containers, runs init containers again, and waits for no back-off', () => {
    const one = rig({ behaviors: { x: { crash } } });
    const own = { restartPolicy: 'Never', restartPolicyRules: [rule] };
    const spec = { restartPolicy: 'Never', initContainers: [{ name: 'i', image: 'init' }] } as const;
    one.pod('a', template(['x', 'y'], spec, own), 'node-0');
    const { containers } = one.state;
    const restarts = () => Array.from(containers.restarts.slice(0, 3));
    // x runs at 2.7 s and crashes at 7.7 s; y, which drains, is killed 2 s later. So x runs again at 12.1 s.
    one.engine.run(7.6e6);
    expect(restarts()).toEqual([0, 0, 0]);
    one.engine.run(10.8e6);
    expect(restarts()).toEqual([1, 1, 1]);
    expect([0, 1, 2].map((row) => containers.last.get(row)?.reason)).toEqual(
      Array.from({ length: 3 }, () => 'RestartingAllContainers'),
    );
    expect(one.state.pods.state[0] & 3).toBe(PodPhase.Pending);
    expect(one.state.pods.restartingAll.size).toBe(0);
    one.engine.run(13e6);
    expect(one.state.pods.state[0] & 3).toBe(PodPhase.Running);
    one.engine.run(19.2e6);
    expect(restarts()).toEqual([2, 2, 2]);
  });
});

describe('machines', () => {
  it('go silent, come back and start their pods again', () => {
    const one = rig({ nodes: 2 });
    const seen = follow(one);
    one.pod('a', template(['x']), 'node-0');
    one.engine.run(10e6);
    one.kubelets.crashNode(0 as NodeRow);
    expect(one.state.machines.listening[0]).toBe(0);
    one.engine.run(40e6);
    expect(one.kubelets.leases.lastRenewalUs(0 as NodeRow)).toBe(10e6);
    expect(one.kubelets.leases.lastRenewalUs(1 as NodeRow)).toBe(40e6);
    one.kubelets.recoverNode(0 as NodeRow);
    one.engine.run(60e6);
    expect(one.heard).toEqual(['2.5 started 0/0', '10 down 0', '42.5 started 0/0']);
    // Running for the API server all along, unready between the boot and the new start.
    expect(seen.slice(2)).toEqual(['0.5 Running ready', '40 Running', '40.3 Running', '40.5 Running ready']);
    expect(one.state.pods.restarts[0]).toBe(1);
  });

  it('start pods that were bound, and remove pods that were deleted, while they were down', () => {
    const one = rig({});
    one.pod('a', template(['x']), 'node-0');
    one.engine.run(10e6);
    one.kubelets.crashNode(0 as NodeRow);
    one.pod('b', template(['x']), 'node-0');
    one.client.deletePod(0 as PodRow, one.state.pods.epoch[0]);
    one.engine.run(100e6);
    expect([one.state.pods.alive[0], one.state.pods.alive[1], one.state.pods.state[1] & 3]).toEqual([1, 1, 0]);
    one.kubelets.recoverNode(0 as NodeRow);
    one.engine.run(110e6);
    expect([one.state.pods.alive[0], one.state.pods.alive[1], one.state.pods.state[1] & 3]).toEqual([0, 1, 1]);
  });
});
