// A recorded flood as a scenario: the same levels, limits, webhook and clients, run by the simulation.
import { jobOf, families } from '../../support/world-rig.ts';
import type { AnswerListener } from '../../../src/world/api-clients.ts';
import { buildWorld } from '../../../src/world/build.ts';
import { labLevels, labSchemas } from './laboratory.ts';
import type { Recording } from './recording.ts';

/** What the API server and its client need beside the webhook on the machine of the recordings: the median of requests that met no queue, less 100 ms. */
const OWN_WORK = '11ms';
const SECONDS_BEFORE = 30;
/** Flows of the recordings by their tokens' users; the hands of a and b have no queue in common, as they had none there. */
const USERS: Readonly<Record<string, string>> = {
  a: 'flood-a',
  b: 'flood-b',
  c: 'flood-reject',
  e: 'client',
  v: 'churn',
};

export interface Flood {
  readonly seconds: number;
  readonly answers: readonly {
    readonly flow: string;
    readonly code: number;
    readonly sentUs: number;
    readonly tookUs: number;
  }[];
  /** By level: the most requests executing and waiting at a time. */
  readonly levels: ReadonlyMap<string, { readonly executing: number; readonly waiting: number }>;
}

export function floodOf({ setup }: Recording): Flood {
  const seconds = setup.actions_of_each_run[0].find(({ what }) => what === 'flood')?.seconds ?? 0;
  const flows = setup.flood.split(',').map((flow) => flow.split(':'));
  const job = jobOf(scenarioOf(flows, seconds));
  const world = buildWorld(job.loaded, job.seed, { families, check: true });
  const answers: Flood['answers'][number][] = [];
  const listener: AnswerListener = ({ name }, code, sentUs) => {
    answers.push({
      flow: name,
      code: code === 200 ? 201 : code,
      sentUs: sentUs - SECONDS_BEFORE * 1e6,
      tookUs: world.engine.now - sentUs,
    });
  };
  world.apiClients?.listeners.push(listener);
  world.engine.run(job.loaded.scenario.durationUs);
  world.measure.finish();
  const levels = new Map<string, { executing: number; waiting: number }>();
  for (const row of world.measure.levels.rows) {
    const known = levels.get(row.level) ?? { executing: 0, waiting: 0 };
    known.executing = Math.max(known.executing, row.seats_in_use_max);
    known.waiting = Math.max(known.waiting, row.requests_waiting_max);
    levels.set(row.level, known);
  }
  return { seconds, answers, levels };
}

function scenarioOf(flows: readonly (readonly string[])[], seconds: number): string {
  const objects = [...labLevels, ...labSchemas, webhook()].map((object) => JSON.stringify(object));
  const clients = flows.map(([name, , , loop, amount]) => ({
    name,
    user: USERS[name],
    ...(loop === 'closed' ? { workers: Number(amount) } : { rate: Number(amount) }),
    retries: 0,
    pause: '250ms',
    from: `${SECONDS_BEFORE}s`,
    until: `${SECONDS_BEFORE + seconds}s`,
    requests: [
      {
        create: {
          dryRun: true,
          object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'flood-%n', namespace: 'default' } },
        },
      },
    ],
  }));
  const slow = flows[0][2] === 'slow2' ? '2s' : '100ms';
  const spec = {
    duration: `${SECONDS_BEFORE + seconds + 20}s`,
    interval: '1s',
    cluster: { nodePools: [{ name: 'node', count: 10 }] },
    controlPlane: {
      apiServer: {
        flowControl: 'PriorityAndFairness',
        maxRequestsInflight: 20,
        maxMutatingInflight: 10,
        mutating: OWN_WORK,
        webhooks: { 'slow.example.com': slow },
      },
    },
    apiClients: clients,
  };
  const document = { apiVersion: 'wavetank/v1', kind: 'Scenario', metadata: { name: 'flood' }, spec };
  return [JSON.stringify(document), ...objects].join('\n---\n');
}

function webhook(): object {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'slow' },
    webhooks: [
      {
        name: 'slow.example.com',
        clientConfig: { url: 'https://127.0.0.1:9443/slow' },
        rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] }],
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
      },
    ],
  };
}
