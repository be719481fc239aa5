// The older notation of the order of waiting and of how processors are used.
import { describe, expect, it } from 'vitest';
import { InputError } from '../lib/errors.ts';
import { loadScenario } from './load.ts';
import { builtInFamilies, familySchemas } from '../world/families.ts';

const text = (requests: string): string => `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: old }
spec:
  duration: 1m
  behaviors:
    - image: web
      requests: ${requests}
---
apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web }] }
`;

const load = (requests: string, set: readonly string[] = []) =>
  loadScenario([{ file: 'old.yaml', text: text(requests) }], { families: familySchemas(builtInFamilies), set });

const read = (requests: string, set?: readonly string[]) => {
  const { order, compute } = load(requests, set).scenario.behaviors[0].requests;
  return [order, compute];
};

function error(requests: string): string {
  try {
    load(requests);
  } catch (caught) {
    if (caught instanceof InputError) return caught.message;
    throw caught;
  }
  return '';
}

describe('discipline', () => {
  it.each([
    ['fifo', 'firstComeFirstServed', 'dedicated'],
    ['lifo', 'lastComeFirstServed', 'dedicated'],
    ['priority', 'priority', 'dedicated'],
    ['preemptivePriority', 'preemptivePriority', 'dedicated'],
    ['processorSharing', 'firstComeFirstServed', 'podShared'],
  ])('%s is %s, %s', (name, order, compute) => {
    expect(read(`{ discipline: ${name} }`)).toEqual([order, compute]);
    expect(read('{}', [`spec.behaviors[image=web].requests.discipline=${name}`])).toEqual([order, compute]);
  });

  it('is not read beside what it says', () => {
    expect(error('{ discipline: lifo, compute: podShared }')).toMatch(/old.yaml:8.*discipline.*leave it out/s);
    expect(error('{ discipline: lifo, order: priority }')).toMatch(/old.yaml:8.*discipline/s);
  });

  it('must be one that there is', () => {
    expect(error('{ discipline: last }')).toMatch(/old.yaml:8.*discipline.*lifo/s);
  });
});

it('combines any order with any use of processors', () => {
  expect(read('{ order: preemptivePriority, compute: podShared }')).toEqual(['preemptivePriority', 'podShared']);
  expect(read('{}')).toEqual(['firstComeFirstServed', 'dedicated']);
});
