// docs/guides/kubectl.md: its commands, with a real kubectl, one after the other.
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packagedScenario } from '../../src/library/package.ts';
import { kubeconfigOf, writeKubeconfig } from '../../src/live/kubeconfig.ts';
import { LiveCluster } from '../../src/live/live-cluster.ts';
import { expandJobs } from '../../src/scenario/expand.ts';
import { readConfined, readSource } from '../../src/scenario/files.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { builtInFamilies as families, familySchemas } from '../../src/world/families.ts';
import { wavetank } from '../support/command.ts';
import { readGuide, words } from './guide.ts';

const { commands } = readGuide('docs/guides/kubectl.md');
const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;
if (!hasKubectl) console.log('docs/guides/kubectl.md is not tested: there is no kubectl on PATH');

const folder = mkdtempSync(join(tmpdir(), 'wavetank-kubectl-guide-'));
const kubeconfig = join(folder, 'wavetank.kubeconfig');
const bugs: unknown[] = [];
let cluster: LiveCluster | undefined;

afterAll(async () => {
  await cluster?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Printed {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Applied {
  readonly manifest: object;
}

/** The server is in this process: its event loop must turn meanwhile. */
function kubectl(args: readonly string[]): Promise<Printed> {
  return new Promise((done) => {
    const env = { ...process.env, KUBECONFIG: kubeconfig, HOME: folder };
    execFile('kubectl', args, { cwd: folder, env }, (error, stdout, stderr) => {
      done({ status: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

describe.runIf(hasKubectl)('with kubectl', () => {
  beforeAll(async () => {
    const schemas = familySchemas(families);
    const loaded = loadScenario([readSource(packagedScenario('minikube'))], {
      families: schemas,
      readFile: readConfined,
    });
    const [job] = expandJobs(loaded, { families: schemas });
    cluster = await LiveCluster.start({
      job,
      simulation: { families, check: false },
      speed: 60,
      untilEnd: false,
      idleMs: Infinity,
      address: '127.0.0.1',
      port: 0,
      secure: true,
      bug: (error) => bugs.push(error),
    });
    writeKubeconfig(kubeconfig, kubeconfigOf(cluster.access));
  });

  it('its commands do what it says', { timeout: 60_000 }, async () => {
    const printed = new Map<string, string>();
    for (const command of commands) {
      const [program, ...args] = words(command);
      if (program === 'export' || args[0] === 'up') continue;
      const { status, stdout, stderr } =
        program === 'kubectl' ? await kubectl(args) : await wavetank([...args, '--kubeconfig', kubeconfig], folder);
      expect([command, status, stderr]).toEqual([command, 0, '']);
      printed.set(command, stdout);
    }
    // The control plane of the seeds' first command.
    for (const name of ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler']) {
      expect(printed.get('kubectl get pods -A')).toMatch(
        new RegExp(`^kube-system +${name}-minikube +1/1 +Running`, 'm'),
      );
    }
    expect(printed.get('kubectl get nodes -o wide')).toMatch(/^minikube +Ready +control-plane/m);
    expect(printed.get('wavetank time pause')).toMatch(/^minikube: \d+m\d+s after its start .* paused$/m);
    expect(printed.get('kubectl -n kube-system rollout status deployment coredns')).toContain(
      'successfully rolled out',
    );
    const proxied = commands.find((command) => command.includes('--raw')) ?? '';
    expect(printed.get(proxied)).toMatch(/^coredns-\S+ answered, after \S+ms of simulated time$/m);
    expect(bugs).toEqual([]);
  });

  it('what was done stands in the recorder, in order', () => {
    const entries = (cluster as LiveCluster).recorder.entries.map(({ entry }) => entry);
    expect(entries[0]).toEqual({
      scale: { kind: 'Deployment', name: 'coredns', namespace: 'kube-system', replicas: 2 },
    });
    // kubectl creates in protobuf.
    const made = entries.flatMap(({ applyServerSide }) => (applyServerSide as Applied | undefined)?.manifest ?? []);
    expect(made).toMatchObject([
      { kind: 'Deployment', metadata: { name: 'hello-world', namespace: 'default' }, spec: { replicas: 1 } },
      { kind: 'Service', metadata: { name: 'hello-world' }, spec: { type: 'NodePort', ports: [{ port: 8080 }] } },
    ]);
    expect(entries.slice(-2)).toEqual([
      { patch: { kind: 'Node', name: 'minikube', patch: { spec: { unschedulable: true } } } },
      { patch: { kind: 'Node', name: 'minikube', patch: { spec: { unschedulable: null } } } },
    ]);
  });

  it('applies the manifests of a tracking server, which then answers', { timeout: 60_000 }, async () => {
    const manifests = resolve('scenarios/manifests/mlflow.yaml');
    const applied = await kubectl(['apply', '-f', manifests]);
    expect(applied).toMatchObject({ status: 0, stderr: '' });
    expect(applied.stdout.match(/ created$/gm)).toHaveLength(7);
    const status = ['-n', 'mlflow', 'rollout', 'status', 'deployment', 'mlflow-deployment'];
    expect((await kubectl(status)).stdout).toContain('successfully rolled out');
    const proxied = '/api/v1/namespaces/mlflow/services/mlflow-service:5000/proxy/health';
    expect((await kubectl(['get', '--raw', proxied])).stdout).toMatch(/^mlflow-deployment-\S+ answered/);
    const again = await kubectl(['apply', '-f', manifests]);
    expect(again.stdout.match(/ unchanged$/gm)?.length).toBeGreaterThanOrEqual(6);
    expect(bugs).toEqual([]);
  });
});
