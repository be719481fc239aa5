// kubectl apply --server-side on a timeline: who manages which fields, conflicts in the API server's words, and what becomes of fields that are no longer applied.
import { describe, expect, it } from 'vitest';
import { deployment, scenario, service } from '../support/manifests.ts';
import { eventsOf, type FinishedRun, runScenario } from '../support/world-rig.ts';
import type { KubeObject } from '../../src/model/object-store.ts';

interface Web extends KubeObject {
  readonly spec: {
    readonly replicas: number;
    readonly template: {
      readonly spec: {
        readonly containers: readonly { readonly name: string; readonly image: string; readonly env?: unknown }[];
      };
    };
  };
}

function run(...timeline: string[]): FinishedRun {
  const entries = timeline.map((entry) => `    - { ${entry} }`).join('\n');
  return runScenario(
    scenario(3, `  duration: 10m\n  timeline:\n${entries}`) + deployment('web', { replicas: 2 }) + service('web'),
  );
}

const webOf = ({ world: { state } }: FinishedRun): Web =>
  state.objects.get(state.objects.find('Deployment', 'default', 'web')) as Web;

const managersOf = (outcome: FinishedRun): string[] => {
  const { metadata } = outcome.world.api.managers.shown(webOf(outcome)) as unknown as {
    readonly metadata: { readonly managedFields: readonly { readonly manager: string; readonly operation: string }[] };
  };
  return metadata.managedFields.map(({ manager, operation }) => `${manager} ${operation}`);
};

const refused = (outcome: FinishedRun): string[] => eventsOf(outcome, 'ActionRefused').map(({ message }) => message);

const apply = (at: string, spec: string, more = ''): string =>
  `at: ${at}, applyServerSide: { manifest: { apiVersion: apps/v1, kind: Deployment, metadata: { name: web }, spec: ${spec} }${more} }`;

describe('kubectl apply --server-side', () => {
  it('may take over what kubectl applied from its own side', () => {
    const outcome = run(apply('2m', '{ replicas: 4 }'));
    expect(refused(outcome)).toEqual([]);
    expect(webOf(outcome).spec.replicas).toBe(4);
    expect(managersOf(outcome)).toContain('kubectl Apply');
  });

  it('is refused where another manager has set the field, and forced when asked', () => {
    const scaled = 'at: 1m, scale: { deployment: web, replicas: 3 }';
    const asked = apply('2m', '{ replicas: 4 }', ', fieldManager: ci');
    const outcome = run(scaled, asked);
    expect(refused(outcome)).toEqual([
      'apply Deployment web: error: Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas',
    ]);
    expect(webOf(outcome).spec.replicas).toBe(3);
    const forced = run(scaled, asked.replace('fieldManager: ci', 'fieldManager: ci, forceConflicts: true'));
    expect(refused(forced)).toEqual([]);
    expect(webOf(forced).spec.replicas).toBe(4);
  });

  it('lists all conflicts by manager', () => {
    const spec = '{ replicas: 4, template: { spec: { containers: [{ name: main, image: "test/v3" }] } } }';
    const outcome = run(
      'at: 1m, setImage: { deployment: web, image: "test/v2" }',
      apply('2m', spec, ', fieldManager: ci'),
    );
    expect(refused(outcome)[0].split('\n')).toEqual([
      'apply Deployment web: error: Apply failed with 2 conflicts: conflicts with "kubectl-client-side-apply" using apps/v1:',
      '- .spec.replicas',
      'conflicts with "kubectl-set" using apps/v1:',
      '- .spec.template.spec.containers[name="main"].image',
    ]);
  });

  it('takes fields out that its manager no longer applies, and nobody else has', () => {
    const both =
      '{ template: { spec: { containers: [{ name: main, env: [{ name: A, value: "1" }, { name: B, value: "2" }] }] } } }';
    const one = '{ template: { spec: { containers: [{ name: main, env: [{ name: B, value: "2" }] }] } } }';
    const ci = ', fieldManager: ci';
    const outcome = run(apply('1m', both, ci), apply('3m', one, ci));
    expect(refused(outcome)).toEqual([]);
    const [container] = webOf(outcome).spec.template.spec.containers;
    expect(container).toMatchObject({ name: 'main', image: 'test/web', env: [{ name: 'B', value: '2' }] });
  });

  it('shares a field with whoever has the same value', () => {
    const outcome = run(apply('1m', '{ replicas: 2 }', ', fieldManager: ci'));
    expect(refused(outcome)).toEqual([]);
    expect(managersOf(outcome)).toEqual([
      'ci Apply',
      'kube-controller-manager Update',
      'kubectl-client-side-apply Update',
    ]);
  });
});
