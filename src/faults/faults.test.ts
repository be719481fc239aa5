// Faults at their times: what goes down, what comes back, and when.
import { describe, expect, it } from 'vitest';
import { type Rig, rig, template } from '../../test/support/cluster-rig.ts';
import { InputError } from '../lib/errors.ts';
import { FaultInjector } from './fault-injector.ts';

const spec = (value: number) => ({ type: 'constant', value }) as const;

const NETWORK = {
  disturb: () => () => undefined,
  fillConntrack: () => () => undefined,
  slowNames: () => () => undefined,
};

function injected(options: Parameters<typeof rig>[0] = {}): Rig & { faults: FaultInjector } {
  const one = rig({ nodes: 6, ...options });
  return {
    ...one,
    faults: new FaultInjector(one.engine, one.state, { machinery: one.kubelets, network: NETWORK }, () => false),
  };
}

const down = ({ state }: Rig): string[] =>
  state.nodes.spec.filter((_, node) => state.machines.nodeUp[node] === 0).map((node) => node.name);

describe('ZoneOutage', () => {
  it('takes the machines of its zone down and brings them back', () => {
    const one = injected();
    one.faults.at(10e6, { name: 'ZoneOutage', args: { zone: 'b', for: '60s' } });
    one.engine.run(9.9e6);
    expect(down(one)).toEqual([]);
    one.engine.run(10e6);
    expect(down(one)).toEqual(['node-1', 'node-4']);
    one.engine.run(70e6);
    expect(down(one)).toEqual([]);
    const told = Array.from({ length: one.state.events.length }, (_, i) => one.state.describeEvent(i).message);
    expect(told).toEqual(['outage of zone b (2 nodes)', 'outage of zone b (2 nodes) is over']);
  });

  it('overlaps: a machine is down until the last fault lets go of it', () => {
    const one = injected();
    one.faults.at(10e6, { name: 'ZoneOutage', args: { zone: 'b', for: '60s' } });
    one.faults.at(20e6, { name: 'NodeCrash', args: { node: 'node-4', for: '120s' } });
    one.engine.run(100e6);
    expect(down(one)).toEqual(['node-4']);
    one.engine.run(140e6);
    expect(down(one)).toEqual([]);
  });
});

describe('NodeCrash', () => {
  it('draws different machines, for ever without a length', () => {
    const one = injected();
    one.faults.at(1e6, { name: 'NodeCrash', args: { count: 4 } });
    one.engine.run(3600e6);
    expect(new Set(down(one)).size).toBe(4);
  });

  it('at random fires as often as its distribution says', () => {
    const one = injected();
    const every = { type: 'exponential', mean: 100e6 } as const;
    const fault = { name: 'NodeCrash', args: { for: '1s' } };
    one.faults.atRandom({ fault, every, fromUs: 0, untilUs: 100_000e6 });
    one.engine.run(100_000e6);
    // Poisson with mean 1000: four standard deviations are 126.
    expect(Math.abs(one.faults.started - 1000)).toBeLessThan(126);
    expect(one.faults.ended).toBe(one.faults.started);
  });

  it('at constant times fires at these', () => {
    const one = injected();
    one.faults.atRandom({
      fault: { name: 'NodeCrash', args: { for: '1s' } },
      every: spec(10e6),
      fromUs: 5e6,
      untilUs: 40e6,
    });
    one.engine.run(100e6);
    expect(one.state.events.time.filter((_, i) => i % 2 === 0)).toEqual([15e6, 25e6, 35e6]);
  });
});

describe('NodeFailures', () => {
  it('repairs one after the other with one crew, in the order of failure', () => {
    const one = injected();
    // All six fail at 20 s (10 s after the fault fired); the crew needs 5 s for each; each fails again 10 s after its repair.
    one.faults.at(10e6, { name: 'NodeFailures', args: { up: '10s', repair: '5s', crews: 1 } });
    const at = (seconds: number): string[] => {
      one.engine.run(seconds * 1e6);
      return down(one);
    };
    expect(at(19.9)).toEqual([]);
    expect(at(20).length).toBe(6);
    expect(at(25)).toEqual(['node-1', 'node-2', 'node-3', 'node-4', 'node-5']);
    expect(at(30)).toEqual(['node-2', 'node-3', 'node-4', 'node-5']);
    // Node 0 is down again from 35 s on, at the end of the queue: at 50 s node 5 is repaired, then node 0.
    expect(at(50)).not.toContain('node-5');
    expect(at(54.9)).toContain('node-0');
    expect(at(55)).not.toContain('node-0');
  });

  it('without a limit repairs all at once', () => {
    const one = injected();
    one.faults.at(0, { name: 'NodeFailures', args: { up: '10s', repair: '5s' } });
    one.engine.run(14.9e6);
    expect(down(one).length).toBe(6);
    one.engine.run(15e6);
    expect(down(one)).toEqual([]);
    expect([one.faults.started, one.faults.ended]).toEqual([6, 6]);
  });

  it('leaves a machine down that another fault holds', () => {
    const one = injected();
    one.faults.at(0, { name: 'NodeFailures', args: { up: '10s', repair: '5s' } });
    one.faults.at(12e6, { name: 'NodeCrash', args: { node: 'node-3', for: '10s' } });
    one.engine.run(16e6);
    expect(down(one)).toEqual(['node-3']);
    one.engine.run(23e6);
    expect(down(one)).toEqual([]);
  });
});

describe('PodCrash', () => {
  it('ends the process of running pods, which the kubelet restarts', () => {
    const one = injected();
    one.pod('a', template(['x']), 'node-0');
    one.pod('b', template(['x']), 'node-1');
    one.faults.at(10e6, { name: 'PodCrash', args: { count: 5, exitCode: 137 } });
    one.engine.run(60e6);
    expect([one.state.pods.restarts[0], one.state.pods.restarts[1]]).toEqual([1, 1]);
  });
});

describe('what does not exist', () => {
  it.each([
    [
      { name: 'ZoneOutage', args: { zone: 'd' } },
      'ZoneOutage: no node is in zone "d", expected one of a, b, c (did you mean "a"?)',
    ],
    [{ name: 'NodeCrash', args: { node: 'node-x' } }, 'NodeCrash: there is no node "node-x" (did you mean "node-0"?)'],
    [{ name: 'PodCrash', args: { deployment: 'web' } }, 'PodCrash: there is no Deployment default/web'],
    [{ name: 'NodeCrahs', args: {} }, /faults: unknown name "NodeCrahs".* \(did you mean "NodeCrash"\?\)/],
  ])('%j is bad input', (use, message) => {
    const one = injected();
    expect(() => one.faults.at(0, use)).toThrow(InputError);
    expect(() => one.faults.at(0, use)).toThrow(message);
  });
});

describe('KubeletStop', () => {
  it('stops the kubelet and leaves the machine and its processes alone', () => {
    const one = injected();
    one.pod('a', template(['x']), 'node-0');
    one.faults.at(10e6, { name: 'KubeletStop', args: { node: 'node-0', for: '60s' } });
    one.engine.run(30e6);
    expect(down(one)).toEqual([]);
    expect(one.state.machines.listening[0]).toBe(1);
    expect([...one.kubelets.leases.silent]).toEqual([0]);
    one.engine.run(70e6);
    expect([...one.kubelets.leases.silent]).toEqual([]);
    expect(one.state.pods.restarts[0]).toBe(0);
  });

  it('starts nothing and ends nothing while it is stopped; a crash of the machine meanwhile still counts', () => {
    const one = injected();
    one.faults.at(1e6, { name: 'KubeletStop', args: { node: 'node-0', for: '60s' } });
    one.engine.run(2e6);
    one.pod('a', template(['x']), 'node-0');
    one.faults.at(20e6, { name: 'NodeCrash', args: { node: 'node-0', for: '10s' } });
    one.engine.run(60e6);
    expect(one.state.pods.startedAt[0]).toBe(-1);
    one.engine.run(70e6);
    expect(one.state.pods.startedAt[0]).toBeGreaterThan(61e6 - 1);
    expect(one.state.machines.listening[0]).toBe(1);
  });

  it('a process that exits is started again only when the kubelet is back', () => {
    const one = injected();
    one.pod('a', template(['x']), 'node-0');
    one.engine.run(9e6);
    one.faults.at(10e6, { name: 'KubeletStop', args: { node: 'node-0', for: '60s' } });
    one.faults.at(20e6, { name: 'PodCrash', args: {} });
    one.engine.run(69e6);
    expect([one.state.pods.restarts[0], one.state.machines.listening[0]]).toEqual([0, 0]);
    one.engine.run(80e6);
    expect([one.state.pods.restarts[0], one.state.machines.listening[0]]).toEqual([1, 1]);
  });
});
