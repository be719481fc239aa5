// Nodes report which images they have, and pods go where theirs is: in whole clusters, as late as kubelets list and report.
import { describe, expect, it } from 'vitest';
import { nodeObject } from '../../src/model/complete-objects/node-object.ts';
import type { NodeRow } from '../../src/model/rows.ts';
import { scenario } from '../support/manifests.ts';
import { eventsOf, type FinishedRun, podsOf, runScenario } from '../support/world-rig.ts';

const body = (name: string, image: string, more = ''): string =>
  `{ apiVersion: v1, kind: Pod, metadata: { name: ${name} }, spec: { containers: [{ name: main, image: "${image}", resources: { requests: { cpu: 500m } } }]${more} } }`;

/** A pod on node-1, and later one with the same image that may go anywhere. */
function run(image: string, { at = '2m', spec = '', size = '900MB' } = {}): FinishedRun {
  const head = scenario(
    3,
    `  duration: 6m
  behaviors: [{ image: "${image}", imageSize: ${size} }]
  timeline: [{ at: ${at}, apply: ${body('second', image)} }]
${spec}`,
  );
  return runScenario(`${head}---\n${body('first', image, ', nodeSelector: { kubernetes.io/hostname: node-1 }')}\n`);
}

const nodeOf = (outcome: FinishedRun, name: string): string | undefined =>
  podsOf(outcome).find(({ pod }) => pod === name)?.node;

const imagesOf = ({ world }: FinishedRun, node: number) => nodeObject(world.state, node as NodeRow).status?.images;

describe('ImageLocality', () => {
  it('prefers the node that has the image, though another one has more room', () => {
    const outcome = run('registry.example/big:1');
    expect([nodeOf(outcome, 'first'), nodeOf(outcome, 'second')]).toEqual(['node-1', 'node-1']);
    expect(imagesOf(outcome, 1)).toEqual([{ names: ['registry.example/big:1'], sizeBytes: 900e6 }]);
    expect(imagesOf(outcome, 0)).toBeUndefined();
    const pulls = eventsOf(outcome, 'Pulled').map(({ name, message }) => [name, message.includes('already present')]);
    expect(pulls).toEqual([
      ['first', false],
      ['second', true],
    ]);
  });

  it('knows nothing of an image before it is reported', () => {
    expect(nodeOf(run('registry.example/big:1', { at: '1s' }), 'second')).not.toBe('node-1');
  });

  it('does not see images of Docker Hub under their short names, which nodes report in full', () => {
    const outcome = run('example/big:1');
    expect(nodeOf(outcome, 'second')).not.toBe('node-1');
    expect(nodeOf(run('docker.io/example/big:1'), 'second')).toBe('node-1');
  });

  it('makes no difference for small images, nor for those that all nodes have', () => {
    expect(nodeOf(run('registry.example/small:1', { size: '20MB' }), 'second')).not.toBe('node-1');
    const everywhere = run('registry.example/big:1', {
      spec: '  kubelet: { cachedImages: ["registry.example/big:1"] }',
    });
    expect(nodeOf(everywhere, 'second')).not.toBe('node-1');
    expect(imagesOf(everywhere, 0)).toEqual([{ names: ['registry.example/big:1'], sizeBytes: 900e6 }]);
  });
});
