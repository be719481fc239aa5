// A real kubectl, unmodified, against the HTTP front on a throw-away listener: what a user types, and what is printed.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpRig, listen } from '../support/http-api-rig.ts';
import { worldOf } from '../support/world-rig.ts';

/** Another binary can be named: the test is for any version. */
const KUBECTL = process.env.WAVETANK_KUBECTL ?? 'kubectl';
const client = spawnSync(KUBECTL, ['version', '--client', '--output=json'], { encoding: 'utf8' });
const hasKubectl = client.status === 0;
if (!hasKubectl) process.stdout.write(`skipped: no ${KUBECTL} on PATH (Debian: apt-get install kubernetes-client)\n`);

function minorVersion(): number {
  const { clientVersion } = JSON.parse(client.stdout) as { readonly clientVersion: { readonly minor: string } };
  return Number.parseInt(clientVersion.minor, 10);
}

const SCENARIO = `
apiVersion: wavetank/v1
kind: Scenario
metadata: { name: kubectl }
spec:
  duration: 24h
  cluster: { nodePools: [{ name: node, count: 3, zones: [a, b, c] }] }
  controlPlane: { pods: { nodes: [node-0] } }
  kubelet: { imagePull: { bandwidth: unlimited } }
`;
const WEB = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: 'example/web:1' }] }
`;

describe.skipIf(!hasKubectl)('kubectl', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wavetank-kubectl-'));
  const manifest = join(folder, 'web.yaml');
  let rig: HttpRig;
  let server: Awaited<ReturnType<typeof listen>>;

  beforeAll(async () => {
    writeFileSync(manifest, WEB);
    rig = new HttpRig(worldOf(SCENARIO));
    rig.run(30);
    server = await listen(rig, 50);
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
    expect(rig.errors).toEqual([]);
  });

  /** What it prints on either stream. */
  const kubectl = (...args: string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      const env = { ...process.env, KUBECONFIG: '/dev/null', KUBECACHEDIR: join(folder, 'cache') };
      const child = spawn(KUBECTL, ['--server', server.url, ...args], { env });
      let text = '';
      child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
      child.on('error', reject);
      child.on('close', () => resolve(text));
    });

  it('makes, rolls out, scales and deletes, and says so', async () => {
    expect(await kubectl('apply', '-f', manifest)).toBe('deployment.apps/web created\n');
    expect(await kubectl('rollout', 'status', 'deployment/web', '--timeout=20s')).toContain('successfully rolled out');
    expect(await kubectl('apply', '-f', manifest)).toBe('deployment.apps/web unchanged\n');
    expect(await kubectl('diff', '-f', manifest)).toBe('');
    expect(await kubectl('create', 'deployment', 'hello', '--image=example/echoserver:1.4')).toBe(
      'deployment.apps/hello created\n',
    );
    expect(await kubectl('expose', 'deployment', 'hello', '--type=NodePort', '--port=8080')).toBe(
      'service/hello exposed\n',
    );
    expect(await kubectl('get', 'service', 'hello')).toMatch(
      /hello +NodePort +10\.96\.0\.\d+ +<none> +8080:3\d{4}\/TCP/,
    );
    expect(await kubectl('scale', 'deployment/web', '--replicas=1')).toBe('deployment.apps/web scaled\n');
    expect(await kubectl('get', 'po', '-A')).toMatch(/kube-system +kube-apiserver-node-0 +1\/1 +Running/);
    // Older ones explain by OpenAPI v2, which has no definitions here.
    if (minorVersion() >= 27)
      expect(await kubectl('explain', 'deployment.spec.replicas')).toContain('FIELD: replicas <integer>');
    expect(await kubectl('auth', 'can-i', 'create', 'pods')).toBe('yes\n');
    expect(await kubectl('exec', 'deploy/hello', '--', 'true')).toContain('no command can be run in a container');
    expect(await kubectl('delete', 'deployment', 'web', 'hello')).toContain('deployment.apps "hello" deleted');
  });
});
