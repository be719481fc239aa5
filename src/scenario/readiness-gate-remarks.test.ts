// What the loader says about readiness gates that nothing opens.
import { expect, it } from 'vitest';
import { HEADER, load } from '../../test/scenario/tank.ts';

const POD = `apiVersion: v1
kind: Pod
metadata: { name: p }
spec: { readinessGates: [{ conditionType: x.io/lb }], containers: [{ name: c, image: nginx }] }
`;

function notes(body: string): string[] {
  const { notes: all } = load(`${HEADER}  duration: 1m\n${body}`, {}, [{ file: 'm.yaml', text: POD }]);
  return all.filter((note) => note.includes('never ready'));
}

it('that their pods are never ready', () => {
  expect(notes('')).toEqual([
    'the pods of Pod/default/p are never ready: nothing sets the condition x.io/lb of their readiness gate (spec.readinessGates)',
  ]);
  expect(notes('  readinessGates: [{ conditionType: x.io/lbs }]')[0]).toMatch(/\(did you mean "x\.io\/lbs"\?\)$/);
});

it.each([
  '  readinessGates: [{ conditionType: x.io/lb, after: 3s }]',
  '  timeline: [{ at: 9s, patch: { kind: Pod, name: p, subresource: status, patch: { status: { conditions: [{ type: x.io/lb, status: "True" }] } } } }]',
])('nothing where somebody opens them: %s', (body) => {
  expect(notes(body)).toEqual([]);
});
