// Objects of the input that the API server would not admit: an error with the place, at load.
import { expect, it } from 'vitest';
import { InputError } from '../../src/lib/errors.ts';
import { scenario } from '../support/manifests.ts';
import { jobOf } from '../support/world-rig.ts';

const quota = (hard: string, more = ''): string =>
  `---\napiVersion: v1\nkind: ResourceQuota\nmetadata: { name: team }\nspec: { hard: ${hard}${more} }\n`;
const pod = (name: string, resources = '{}', more = ''): string =>
  `---\napiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\nspec: { containers: [{ name: c, image: x, resources: ${resources} }]${more} }\n`;
const claim = (name: string, storage: string): string =>
  `---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: ${name} }\nspec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: ${storage} } } }\n`;
const range = (item: string): string =>
  `---\napiVersion: v1\nkind: LimitRange\nmetadata: { name: team }\nspec: { limits: [${item}] }\n`;

/** `line: message` of everything that is wrong; lines are counted from the first manifest. */
function problems(manifests: string): string[] {
  const head = scenario(1, '  duration: 1m');
  const first = head.split('\n').length - 1;
  try {
    jobOf(head + manifests);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.problems.map(({ line = 0, message }) => `${line - first}: ${message}`);
  }
  return [];
}

it('pods above a quota', () => {
  expect(problems(quota('{ pods: 2 }') + pod('a') + pod('b') + pod('c') + pod('d'))).toEqual([
    '17: pods "c" is forbidden: exceeded quota: team, requested: pods=1, used: pods=2, limited: pods=2',
    '22: pods "d" is forbidden: exceeded quota: team, requested: pods=1, used: pods=2, limited: pods=2',
  ]);
});

it('a quota counts what stands before it, and charges what comes after', () => {
  expect(problems(pod('a') + pod('b') + quota('{ pods: 2 }'))).toEqual([]);
  expect(problems(pod('a') + pod('b') + quota('{ pods: 1 }') + pod('c'))).toEqual([
    '17: pods "c" is forbidden: exceeded quota: team, requested: pods=1, used: pods=2, limited: pods=1',
  ]);
});

it('a quota of CPU wants to be told', () => {
  expect(problems(quota('{ requests.cpu: 1 }') + pod('a'))).toEqual([
    '7: pods "a" is forbidden: failed quota: team: must specify requests.cpu for: c',
  ]);
  const defaults = range('{ type: Container, defaultRequest: { cpu: 100m } }');
  expect(problems(quota('{ requests.cpu: 1 }') + defaults + pod('a'))).toEqual([]);
});

it('scopes leave other pods alone', () => {
  const guaranteed = pod('a', '{ limits: { cpu: 1, memory: 1Gi } }');
  expect(problems(quota('{ pods: 0 }', ', scopes: [BestEffort]') + guaranteed)).toEqual([]);
  expect(problems(quota('{ pods: 0 }', ', scopes: [BestEffort]') + pod('b'))).toHaveLength(1);
});

it('claims out of bounds, and storage above a quota', () => {
  const bounds = range('{ type: PersistentVolumeClaim, max: { storage: 2Gi }, min: { storage: 1Gi } }');
  expect(problems(bounds + claim('a', '1Gi') + claim('b', '3Gi'))).toEqual([
    '12: persistentvolumeclaims "b" is forbidden: maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 3Gi',
  ]);
  expect(problems(quota('{ requests.storage: 1Gi }') + claim('a', '2Gi'))).toEqual([
    '7: persistentvolumeclaims "a" is forbidden: exceeded quota: team, requested: requests.storage=2Gi, used: requests.storage=0, limited: requests.storage=1Gi',
  ]);
});

it('other namespaces are other namespaces', () => {
  expect(problems(quota('{ pods: 0 }') + pod('a').replace('name: a', 'name: a, namespace: b'))).toEqual([]);
});
