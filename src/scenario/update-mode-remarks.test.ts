// What the loader says about update modes that do nothing.
import { expect, it } from 'vitest';
import { HEADER, load } from '../../test/scenario/tank.ts';

function notes(mode: string): string[] {
  const text = `apiVersion: autoscaling.k8s.io/v1
kind: VerticalPodAutoscaler
metadata: { name: web }
spec: { targetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, updatePolicy: { updateMode: "${mode}" } }
`;
  const { notes: all } = load(`${HEADER}  duration: 1m`, {}, [{ file: 'm.yaml', text }]);
  return all.filter((note) => note.includes('updateMode'));
}

it.each(['Off', 'Initial', 'Recreate', 'Auto', 'InPlaceOrRecreate'])('nothing about %s', (mode) => {
  expect(notes(mode)).toEqual([]);
});

it('what a mode without its gate does', () => {
  expect(notes('InPlace')).toEqual([
    'VerticalPodAutoscaler/default/web has the updateMode InPlace, which is behind a feature gate that is off: it updates no pods that run',
  ]);
});

it.each(['recreate', 'Sometimes', ''])('an error of a mode that there is not: %s', (mode) => {
  expect(() => notes(mode)).toThrow(
    new RegExp(`m\\.yaml:4.*updateMode: Unsupported value: "${mode}": supported values: "Off", "Initial", `),
  );
});
