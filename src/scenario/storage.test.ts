// Storage in scenarios: the section and its assumptions are there only where there are volumes, and loose ends are reported.
import { describe, expect, it } from 'vitest';
import { builtInFamilies, familySchemas } from '../world/families.ts';
import { loadScenario } from './load.ts';
import { usualStorage } from './storage.ts';

const families = familySchemas(builtInFamilies);
const head = (spec = '') => `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: test }
spec:
  duration: 1m
${spec}`;
const pod = (volumes: string) => `---
apiVersion: v1
kind: Pod
metadata: { name: p }
spec: { containers: [{ name: main, image: test }], volumes: [${volumes}] }
`;
const claim = (name: string, className: string) => `---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: ${name} }
spec: { accessModes: [ReadWriteOnce], storageClassName: ${className}, resources: { requests: { storage: 1Gi } } }
`;
const storageClass = (name: string) => `---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: ${name} }
provisioner: csi.example.com
`;
const load = (text: string) => loadScenario([{ file: 'test.yaml', text }], { families });
const fields = (text: string) =>
  load(text)
    .assumptions.map(({ field }) => field)
    .filter((field) => field.startsWith('spec.storage'));

describe('the section storage', () => {
  it('is left out where nothing is stored', () => {
    const text = head() + pod('{ name: config, nfs: { server: s, path: /c } }, { name: tmp, emptyDir: {} }');
    expect(load(text).scenario.storage).toBeUndefined();
    expect(fields(text)).toEqual([]);
  });

  it('has its defaults, reported as assumptions, where there are claims, volumes or ephemeral volumes', () => {
    const ephemeral =
      '{ name: e, ephemeral: { volumeClaimTemplate: { spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } } } } }';
    for (const text of [head() + storageClass('a') + claim('data', 'a'), head() + pod(ephemeral)]) {
      expect(fields(text)).toHaveLength(6);
      expect(load(text).scenario.storage).toEqual(usualStorage('default'));
    }
    const own = head('  storage: { attach: 2s }\n') + pod(ephemeral);
    expect(fields(own)).not.toContain('spec.storage.attach');
    expect(load(own).scenario.storage?.attach).toEqual({ type: 'constant', value: 2e6 });
  });

  it('takes no time with the preset ideal', () => {
    const zero = { type: 'constant', value: 0 };
    expect(usualStorage('ideal')).toMatchObject({ provision: zero, attach: zero, detach: zero, mount: zero });
  });

  it.each([
    ['{ attach: fast }', /spec\.storage\.attach/],
    ['{ attachWorkers: 0 }', /spec\.storage\.attachWorkers/],
    ['{ attachs: 2s }', /did you mean "attach"/],
  ])('refuses %s', (section, message) => {
    expect(() => load(head(`  storage: ${section}\n`))).toThrow(message);
  });
});

describe('loose ends', () => {
  const notes = (text: string) => load(head() + text).notes;
  const uses = (name: string) => pod(`{ name: d, persistentVolumeClaim: { claimName: ${name} } }`);

  it('are reported: a claim that nobody makes, a class that nobody makes', () => {
    expect(notes(uses('dta') + storageClass('fast') + claim('data', 'fst'))).toEqual([
      'Pod/default/p uses the claim dta, which is not in the input (did you mean "data"?)',
      'PersistentVolumeClaim/default/data is of the StorageClass fst, which is not in the input (did you mean "fast"?)',
    ]);
  });

  it('are none where a volume has the class that is only a name', () => {
    const volume = `---
apiVersion: v1
kind: PersistentVolume
metadata: { name: v }
spec: { accessModes: [ReadWriteOnce], capacity: { storage: 1Gi }, storageClassName: manual, hostPath: { path: /x } }
`;
    expect(notes(uses('data') + claim('data', 'manual') + volume)).toEqual([]);
  });

  it('nothing of storage is called ignored', () => {
    const { ignored } = load(head() + uses('data') + storageClass('fast') + claim('data', 'fast'));
    expect(ignored).toEqual([]);
    const other = load(head() + pod('{ name: config, configMap: { name: c } }'));
    expect(other.ignored.map(({ path }) => path)).toEqual(['spec.volumes[].nfs']);
  });
});
