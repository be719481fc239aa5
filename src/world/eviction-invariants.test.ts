// Evictions that no kubelet may do, planted; and one that it may.
import { expect, it } from 'vitest';
import { rig, template } from '../../test/support/cluster-rig.ts';
import { EvictionInvariants } from './eviction-invariants.ts';

const SHORT = 'The node was low on resource: memory. ';

function watched(used: Record<string, number> = {}) {
  const one = rig({ nodes: 2 });
  new EvictionInvariants(one.engine, one.state, (pod) => used[one.state.podName(pod)] ?? 0).watch(one.api);
  const asks = (bytes: number) => ({ resources: { requests: { memory: String(bytes) } } });
  one.pod('a', template(['x'], {}, asks(100)), 'node-0');
  one.pod('b', template(['x'], {}, asks(100)), 'node-0');
  one.pod('critical', template(['x'], { priorityClassName: 'system-node-critical' }), 'node-0');
  one.engine.run(10e6);
  const evict = (name: string, message: string): void => {
    one.client.podEvent('Warning', 'Evicted', message, one.state.pods.identity[one.state.findPod('default', name)]);
    one.engine.run(one.engine.now + 1e6);
  };
  return { evict, engine: one.engine };
}

it('a critical pod is not evicted', () => {
  expect(() => watched().evict('critical', 'Usage of EmptyDir volume "a" exceeds the limit "1". ')).toThrow(
    /critical pod/,
  );
});

it('one pod at a time is evicted from a node', () => {
  const { evict } = watched({ a: 200, b: 200 });
  evict('a', SHORT);
  expect(() => evict('b', SHORT)).toThrow('pod b was evicted from a node on which a has not ended');
});

it('nobody within its request goes before one who is above it', () => {
  expect(() => watched({ a: 50, b: 200 }).evict('a', SHORT)).toThrow('although b is above its request');
});

it('what kubelets do is allowed: the one above its request, then another one when they have waited long enough', () => {
  const { evict, engine } = watched({ a: 200, b: 50 });
  evict('a', SHORT);
  engine.run(engine.now + 31e6);
  expect(() => evict('a', SHORT)).not.toThrow();
  // One that was refused was never there.
  expect(() => evict('b', 'The node had condition: [MemoryPressure]. ')).not.toThrow();
});
