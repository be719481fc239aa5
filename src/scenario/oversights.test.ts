// A key twice in one mapping, or an unknown tag: an error in a Scenario, a warning in a manifest, where kubectl takes the last one, or the text.
import { describe, expect, test } from 'vitest';
import { formatProblem } from '../lib/errors.ts';
import { builtInFamilies, familySchemas } from '../world/families.ts';
import { loadScenario, type LoadOptions } from './load.ts';

const load = (text: string, options: Partial<LoadOptions> = {}) =>
  loadScenario([{ file: 'in.yaml', text }], { families: familySchemas(builtInFamilies), ...options });

const SCENARIO = `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: s }
spec: { duration: 1m }
`;
const POD = `---
apiVersion: v1
kind: Pod
metadata: { name: p }
spec:
  containers:
    - name: c
      image: "one:1"
      image: "two:2"
`;
const WARNING = 'in.yaml:13:7: the key "image" is already set in this mapping, on line 12; this one counts';

test('in a manifest the last one counts, with a warning', () => {
  const { objects, warnings, notes } = load(SCENARIO + POD);
  expect(objects[0].object.spec).toMatchObject({ containers: [{ image: 'two:2' }] });
  expect(warnings.map(formatProblem)).toEqual([WARNING]);
  expect(notes.join()).not.toContain('already set');
});

test('--strict refuses it', () => {
  expect(() => load(SCENARIO + POD, { strict: true })).toThrow(`${WARNING}, which --strict refuses`);
});

test('a manifest that is named once more is not reported twice', () => {
  const readFile = (relative: string) => ({ file: relative, text: POD });
  const twice = SCENARIO.replace('{ duration: 1m }', '{ duration: 1m, manifests: [pod.yaml] }');
  expect(load(twice, { readFile }).warnings.map(formatProblem)).toEqual([
    'pod.yaml:9:7: the key "image" is already set in this mapping, on line 8; this one counts',
  ]);
});

test('a Scenario with a key twice is refused, at the second one, with what else is wrong', () => {
  const text = SCENARIO.replace('{ duration: 1m }', '{ duration: 1m, duration: 2m, nonsense: 5 }');
  expect(() => load(text + POD)).toThrow(/in\.yaml:4:23: the key "duration" is already set.*\n.*nonsense/);
});

test('what an entry of the timeline applies is part of the Scenario', () => {
  const apply = 'apply: { apiVersion: v1, kind: Pod, kind: Pod, metadata: { name: q } }';
  expect(() => load(SCENARIO.replace('1m }', `1m, timeline: [{ at: 30s, ${apply} }] }`))).toThrow('the key "kind"');
});

describe('an unknown tag', () => {
  const tagged = POD.replace('"two:2"', '!version "two:2"').replace('      image: "one:1"\n', '');

  test('of a manifest is a warning, and the text counts', () => {
    const { objects, warnings } = load(SCENARIO + tagged);
    expect(objects[0].object.spec).toMatchObject({ containers: [{ image: 'two:2' }] });
    expect(warnings.map(formatProblem)).toEqual([
      'in.yaml:12:14: the tag !version is unknown; the value is taken as text',
    ]);
  });

  test('of a Scenario is refused', () => {
    expect(() => load(SCENARIO.replace('1m', '!long 1m') + POD)).toThrow('in.yaml:4:19: the tag !long is unknown');
  });
});
