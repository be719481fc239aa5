// `wavetank explain --workload` as a person reads it: what is wanted, what is there, and what keeps it from more.
import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import { notThere, workloadName } from '../../src/cli/explain/workload-name.ts';
import { workloadText } from '../../src/cli/explain/workload-text.ts';
import { explainWorkload, type WorkloadExplanation } from '../../src/world/explain/workload.ts';
import { builtInFamilies } from '../../src/world/families.ts';
import { deployment, scenario } from '../support/manifests.ts';
import { jobOf } from '../support/world-rig.ts';

const claim = ', volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }]';
const budget = `---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { minAvailable: 3, selector: { matchLabels: { app: web } } }
`;
const job = jobOf(
  [
    scenario(
      3,
      '  duration: 10m\n  timeline:\n    - { at: 2m, scale: { deployment: web, replicas: 5 } }\n    - { at: 5m, fault: { NodeCrash: { node: node-0 } } }',
    ),
    deployment('web', { replicas: 3, cpu: '2500m' }),
    deployment('db', { pod: claim }),
    budget,
  ].join(''),
);
const plain = createColors(false);

function explained(name: string, atUs?: number): WorkloadExplanation {
  const found = explainWorkload(job, builtInFamilies, workloadName(name), atUs);
  return 'existing' in found ? expect.fail(`${name} does not exist`) : found;
}

const printed = (name: string, atUs?: number): string => workloadText(explained(name, atUs), 200, plain);

describe('a Deployment', () => {
  it('that is as it should be says so', () => {
    const text = printed('deploy/web', 60e6);
    expect(text).toMatch(
      /^Deployment\/default\/web at 1m0s: 3 wanted, 3 there, 3 ready, 3 up to date, 3 available\n3 pods, none of them in trouble\n/,
    );
    expect(text).toMatch(/^ {2}ReplicaSet\/default\/web-\w+ +3 wanted, 3 there, 3 ready, 3 available$/m);
    expect(text).not.toContain('What keeps');
  });

  it('whose pods find no room has the scheduler’s words, and who guards it', () => {
    // Three nodes of 4 CPUs take one pod of 2.5 CPUs each: two of five have no place.
    const { troubles, inTheWay, numbers } = explained('deployments/default/web', 4 * 60e6);
    expect(numbers).toMatchObject({ desired: 5, current: 5, ready: 3 });
    expect(troubles).toMatchObject([
      { pods: 2, node: '', why: expect.stringContaining('0/3 nodes are available: 3 Insufficient cpu') },
    ]);
    expect(inTheWay).toEqual([
      { object: 'PodDisruptionBudget/default/web', says: '0 disruptions allowed: 3 pods healthy, 3 must be' },
    ]);
    expect(printed('Deployment/web', 4 * 60e6)).toMatch(/^ {2}2 pods, such as web-\w+-\w+ +not on a node: 0\/3 nodes/m);
  });

  it('on a node that is silent says where', () => {
    const { troubles } = explained('deploy/web', 7 * 60e6);
    expect(troubles).toContainEqual(
      expect.objectContaining({ why: 'its node does not answer', pods: 1, node: 'node-0' }),
    );
  });

  it('whose claim does not exist names it', () => {
    expect(explained('deploy/db').inTheWay).toEqual([
      { object: 'PersistentVolumeClaim/default/data', says: 'does not exist' },
    ]);
    expect(printed('deploy/db')).toMatch(
      /FailedScheduling .*persistentvolumeclaim "data" not found.*\(\d+ times\)|FailedScheduling .*persistentvolumeclaim "data" not found/,
    );
  });
});

describe('a name', () => {
  it('may have kubectl’s short kinds, any case, and the default namespace', () => {
    expect(workloadName('sts/db')).toEqual({ kind: 'StatefulSet', namespace: 'default', name: 'db' });
    expect(workloadName('CronJobs/night/sweep')).toEqual({ kind: 'CronJob', namespace: 'night', name: 'sweep' });
  });

  it.each([
    ['web', 'expected kind/namespace/name or kind/name, got "web"'],
    ['deploy//web', 'expected kind/namespace/name'],
    ['deploymnt/web', 'there is no kind "deploymnt" (did you mean "Deployment"?)'],
  ])('%s is refused', (text, message) => {
    expect(() => workloadName(text)).toThrow(message);
  });

  it('may be that of an object that is in no namespace', () => {
    const shop = jobOf(
      `${scenario(1, '  duration: 1m')}---\napiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n`,
    );
    expect(explainWorkload(shop, builtInFamilies, workloadName('namespace/shop'), 30e6)).toMatchObject({
      workload: 'Namespace/shop',
    });
  });

  it('of nothing is answered with the nearest one of the kind', () => {
    const found = explainWorkload(job, builtInFamilies, workloadName('deploy/wep'), 60e6);
    if (!('existing' in found)) return expect.fail('there is no such Deployment');
    expect(notThere('deploy/wep', workloadName('deploy/wep'), found, '1m').message).toBe(
      '--workload: deploy/wep does not exist at 1m (did you mean "Deployment/default/web"?)',
    );
    const other = notThere('sts/web', workloadName('sts/web'), found, undefined).message;
    expect(other).toBe('--workload: sts/web does not exist at the end (did you mean "Deployment/default/web"?)');
  });
});

describe('a StatefulSet', () => {
  it('that is stuck at an ordinal names the pod that it waits for, and why', () => {
    const stuck = jobOf(
      `${scenario(1, '  duration: 5m')}---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  serviceName: db
  replicas: 3
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec: { containers: [{ name: main, image: test/db, resources: { requests: { cpu: 2500m } } }] }
`,
    );
    const found = explainWorkload(stuck, builtInFamilies, workloadName('sts/db'), 4 * 60e6);
    if ('existing' in found) return expect.fail('no StatefulSet');
    expect(found.numbers).toMatchObject({ desired: 3, current: 2, ready: 1 });
    expect(workloadText(found, 200, plain)).toMatch(
      /^ {2}db-1 +not on a node: 0\/1 nodes are available: 1 Insufficient cpu/m,
    );
  });
});

describe('an autoscaler that does not scale', () => {
  const autoscaler = (name: string, most: number): string => `---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: ${name} }
spec:
  maxReplicas: ${most}
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: ${name} }
  metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 50 } } }]
`;
  const scaled = jobOf(
    [
      scenario(
        1,
        '  duration: 5m\n  behaviors: [{ image: test/busy, usage: { cpu: 200m } }, { image: test/even, usage: { cpu: 52m } }]',
      ),
      deployment('busy', { replicas: 2 }),
      autoscaler('busy', 2),
      deployment('web').replace('resources: { requests: { cpu: 100m } }', 'resources: {}'),
      autoscaler('web', 5),
      autoscaler('gone', 5),
      deployment('even', { replicas: 2 }),
      autoscaler('even', 5),
    ].join(''),
  );
  const text = (name: string): string => {
    const found = explainWorkload(scaled, builtInFamilies, workloadName(name), 4 * 60e6);
    return 'existing' in found ? expect.fail(`no ${name}`) : workloadText(found, 300, plain);
  };

  it.each([
    ['hpa/busy', /ScalingLimited +True, TooManyReplicas, the desired replica count is more than the maximum/],
    [
      'hpa/web',
      /ScalingActive +False, FailedGetResourceMetric, .*missing request for cpu in container main of Pod web-/,
    ],
    ['hpa/gone', /AbleToScale +False, FailedGetScale, .*"gone" not found/],
    ['hpa/busy', /^ {2}cpu: 200 %, where 50 % is wanted: more replicas\.$/m],
    [
      'hpa/web',
      /^HorizontalPodAutoscaler\/default\/web at 4m0s: 1 there\n.*\n[^]*^ {2}cpu: not measured; 50 % is wanted\.$/m,
    ],
    ['hpa/even', /^ {2}cpu: 52 %, where 50 % is wanted: within the tolerance of 10 %\.$/m],
    ['hpa/even', /^ {2}It may ask for 1 to 5 replicas, and has changed nothing yet\.$/m],
    // Its target says so too.
    ['deploy/busy', /HorizontalPodAutoscaler\/default\/busy +wants 2, between 1 and 2; ScalingLimited TooManyReplicas/],
  ])('%s says why', (name, reason) => {
    expect(text(name)).toMatch(reason);
  });
});

describe('a Job', () => {
  it('in back-off says until when it waits', () => {
    const failing = jobOf(
      `${scenario(1, '  duration: 5m\n  behaviors: [{ image: bad, run: { length: 2s, failure: { probability: 1, exitCode: 3 } } }]')}---
apiVersion: batch/v1
kind: Job
metadata: { name: bad }
spec: { backoffLimit: 6, template: { spec: { restartPolicy: Never, containers: [{ name: a, image: bad }] } } }
`,
    );
    const at = (us: number): WorkloadExplanation => {
      const found = explainWorkload(failing, builtInFamilies, workloadName('job/bad'), us);
      return 'existing' in found ? expect.fail('no Job') : found;
    };
    // The third pod ends about half a minute after the start, and 10 s x 2 x 2 is waited after it.
    const [{ says }] = at(60e6).inTheWay;
    const [, minutes, seconds] =
      /^in back-off, no new pod before (\d)m(\d+)s; 3 pods have failed, it fails after 7$/.exec(says) ?? [];
    const nextUs = (Number(minutes) * 60 + Number(seconds)) * 1e6;
    expect(at(nextUs - 2e6).pods).toBe(3);
    expect(at(nextUs + 2e6).pods).toBe(4);
  });
});

describe('a CronJob', () => {
  const text = (spec: string, at: number): string => {
    const jobTemplate =
      '{ spec: { template: { spec: { restartPolicy: Never, containers: [{ name: a, image: work }] } } } }';
    const job = jobOf(
      `${scenario(1, '  duration: 10m\n  startTime: "2026-03-01T12:00:30Z"\n  behaviors: [{ image: work, run: { length: 5m } }]')}---
apiVersion: batch/v1
kind: CronJob
metadata: { name: tick }
spec: { schedule: "*/2 * * * *", ${spec}, jobTemplate: ${jobTemplate} }
`,
    );
    const found = explainWorkload(job, builtInFamilies, workloadName('cj/tick'), at * 1e6);
    return 'existing' in found ? expect.fail('no CronJob') : workloadText(found, 200, plain);
  };

  it.each([
    [
      'timeZone: Europe/Berlin',
      60,
      /Its schedule is "\*\/2 \* \* \* \*" in Europe\/Berlin: it has made no Job yet, the next one is due at 1m30s\.$/m,
    ],
    ['suspend: true', 120, /It is suspended: until that is changed it makes none\.$/m],
    [
      'concurrencyPolicy: Forbid',
      240,
      /it made its last Job for 1m30s, the next one is due at 5m30s\.\n {2}1 Job active: what is due meanwhile is left out/,
    ],
    ['startingDeadlineSeconds: 20', 240, /^ {2}2 Jobs active\.\n {2}A start that is later than 20 s is left out/m],
  ])('with %s at %i s', (spec, at, words) => {
    expect(text(spec, at)).toMatch(words);
  });
});

describe('a pod whose container has ended', () => {
  it('says with which exit code, until the kubelet says that it waits; pods with the same words have one line of events', () => {
    const crashing = jobOf(
      `${scenario(1, '  duration: 5m\n  behaviors: [{ image: test/web, crash: { after: 5s, exitCode: 2 } }]')}${deployment('web', { replicas: 3 })}`,
    );
    const at = (seconds: number): string => {
      const found = explainWorkload(crashing, builtInFamilies, workloadName('deploy/web'), seconds * 1e6);
      return 'existing' in found ? expect.fail('no Deployment') : workloadText(found, 200, plain);
    };
    const said = Array.from({ length: 12 }, (_, i) => at(30 + i));
    const words = new Set(said.flatMap((text) => /container main [^\n]*/g.exec(text)?.[0] ?? []));
    expect([...words].some((one) => /has ended, Error with exit code 2 after \d restarts?$/.test(one))).toBe(true);
    expect(said.join('\n')).not.toContain('its node has not started it yet');
    expect(said[0]).toMatch(/Started Pod\/default\/web-\S+ and 2 others: Container started/);
  });
});

describe('a node', () => {
  const drained = jobOf(
    [
      scenario(2, '  duration: 5m\n  timeline:\n    - { at: 2m, drain: { node: node-0 } }'),
      deployment('web', { replicas: 3, cpu: '1' }),
      budget,
    ].join(''),
  );
  const found = explainWorkload(drained, builtInFamilies, workloadName('node/node-0'), 3 * 60e6);
  const node = 'existing' in found ? expect.fail('node-0 does not exist') : found;

  it('whose drain hangs has the budget that blocks it, and what the drain was told', () => {
    expect(node.inTheWay.at(-1)).toEqual({
      object: 'PodDisruptionBudget/default/web',
      says: '0 disruptions allowed: 3 pods healthy, 3 must be',
    });
    const refused = node.events.find(({ reason }) => reason === 'EvictionRefused');
    expect(refused?.message).toMatch(
      /^drain node-0: error when evicting pods\/"web-\S+" -n "default" \(will retry after 5s\): Cannot evict pod as it would violate the pod's disruption budget/,
    );
    const text = workloadText(node, 200, plain);
    expect(text).toMatch(/^Node\/node-0 at 3m0s\n\d pods?, none of them in trouble\n/);
    expect(text).toMatch(/^ {2}SchedulingDisabled +True, cordoned, node\.kubernetes\.io\/unschedulable:NoSchedule$/m);
    expect(text).toMatch(/^ {2}Pod\/default\/web-/m);
  });

  it('that does not exist has the nearest name', () => {
    const asked = workloadName('node/node-9');
    const missing = explainWorkload(drained, builtInFamilies, asked, 60e6);
    if (!('existing' in missing)) expect.fail('node-9 exists');
    expect(notThere('node/node-9', asked, missing, '1m').message).toMatch(
      /^--workload: node\/node-9 does not exist at 1m \(did you mean "Node\/node-[01]"\?\)$/,
    );
  });
});
