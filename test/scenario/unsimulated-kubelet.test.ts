// Swap, topology, memory and CPU manager: a scenario may ask for them, and is told that they have no effect.
import { describe, expect, it } from 'vitest';
import { complaints, HEADER, load } from './tank.ts';

const scenario = (kubelet: string): string => `${HEADER}  duration: 1m\n  kubelet: { ${kubelet} }\n`;
const NODE = {
  file: 'node.yaml',
  text: `apiVersion: v1
kind: Node
metadata: { name: a }
status: { capacity: { cpu: 1, memory: 1Gi, pods: 10 }, nodeInfo: { swap: { capacity: 4294967296 } } }
`,
};

describe('what kubelets are asked for and do not do', () => {
  it.each([
    ['topologyManagerPolicy: single-numa-node', 'kubelet.topologyManagerPolicy'],
    ['topologyManagerScope: pod', 'kubelet.topologyManagerScope'],
    ['memoryManagerPolicy: Static', 'kubelet.memoryManagerPolicy'],
    ['failSwapOn: false', 'kubelet.failSwapOn'],
    ['memorySwap: { swapBehavior: LimitedSwap }', 'kubelet.memorySwap.swapBehavior'],
  ])('%s', (kubelet, said) => {
    const loaded = load(scenario(kubelet), {}, []);
    expect(loaded.caveats).toEqual([`without effect: ${said} of 1 Scenario`]);
    expect(loaded.ignored).toEqual([
      { object: 'Scenario/test', path: `spec.${said}`, place: expect.objectContaining({ file: 's.yaml', line: 6 }) },
    ]);
    expect(loaded.scenario.kubelet).toEqual(load(scenario(''), {}, []).scenario.kubelet);
    expect(complaints(() => load(scenario(kubelet), { strict: true }, []))).toContain(
      'has no effect on the simulation',
    );
  });

  it('what is the same without being asked for is not told', () => {
    const same =
      'topologyManagerPolicy: none, topologyManagerScope: container, memoryManagerPolicy: None, cpuManagerPolicy: none, failSwapOn: true, memorySwap: { swapBehavior: NoSwap }';
    expect(load(scenario(same), {}, []).caveats).toEqual([]);
  });

  it('a static CPU manager where no pods share processors', () => {
    const loaded = load(scenario('cpuManagerPolicy: static'), {}, []);
    expect(loaded.caveats).toEqual(['without effect: kubelet.cpuManagerPolicy of 1 Scenario']);
  });

  it('the swap of a Node', () => {
    expect(load(scenario(''), {}, [NODE]).caveats).toEqual(['without effect: status.nodeInfo.swap.capacity of 1 Node']);
  });

  it('the configuration file of a kubelet', () => {
    const file = {
      file: 'kubelet.yaml',
      text: 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\ntopologyManagerPolicy: restricted\n',
    };
    expect(complaints(() => load(scenario(''), {}, [file]))).toBe(
      'kubelet.yaml:2:7: kind: is no object of the API: `spec.kubelet` of the Scenario configures the kubelets',
    );
  });

  it('a policy that there is not', () => {
    expect(complaints(() => load(scenario('topologyManagerPolicy: numa'), {}, []))).toContain(
      'expected one of none, best-effort, restricted, single-numa-node',
    );
  });
});
