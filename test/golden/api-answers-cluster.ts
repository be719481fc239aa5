// The cluster of which golden api-answers are: a simulated one of its manifests.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import type { PlainObject } from '../../src/model/objects/decode.ts';
import { HttpRig } from '../support/http-api-rig.ts';
import { worldOf } from '../support/world-rig.ts';
import { goldenFolder } from './harness.ts';

export const FOLDER = 'api-answers';
const SCENARIO = {
  apiVersion: 'wavetank/v1',
  kind: 'Scenario',
  metadata: { name: 'api-answers' },
  spec: { duration: '1h', cluster: { nodePools: [{ name: 'node', count: 3, zones: ['a', 'b', 'c'] }] } },
};

/** The cluster of the recording: its manifests, in their namespace, for a minute. */
export function rigOfRecording(): HttpRig {
  const folder = join(goldenFolder(), FOLDER, 'manifests');
  const objects = ['web.yaml', 'extra.yaml'].flatMap((file) => loadAll(readFileSync(join(folder, file), 'utf8')));
  // The recorded cluster had an autoscaler and no metrics-server; here one comes with the other.
  const used = objects.filter((object) => (object as PlainObject).kind !== 'HorizontalPodAutoscaler');
  const documents = [SCENARIO, ...used.map((object) => inNamespace(object as PlainObject))];
  const rig = new HttpRig(worldOf(documents.map((document) => JSON.stringify(document)).join('\n---\n')));
  rig.run(60);
  return rig;
}

function inNamespace(object: PlainObject): PlainObject {
  return { ...object, metadata: { ...(object.metadata as PlainObject), namespace: 'demo' } };
}
