// `npm run validate:kubectl [KUBECTL] [HELM]`: kubectl and Helm at a cluster that is up: manifests applied, charts installed, upgraded, rolled back and uninstalled.
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const [kubectl = 'kubectl', helm = 'helm'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'wavetank-kubectl-'));
const kubeconfig = join(folder, 'kubeconfig');
/** The Job of a hook ends. */
const migration = 'spec.behaviors=[{ image: example/migrate, run: { length: 5s } }]';
const options = ['--port', '0', '--json', '--speed', '60x', '--kubeconfig-out', kubeconfig, '--set', migration];
const child = spawn(process.execPath, ['dist/wavetank.js', 'up', 'minikube', ...options], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
await new Promise((done, fail) => {
  child.stdout.once('data', done);
  child.once('close', (code) => fail(new Error(`wavetank up ended with ${code}`)));
});

const metadata = (suffix = '') => `metadata: { name: "{{ .Release.Name }}${suffix}" }`;
const containers = 'containers: [{ name: one, image: "{{ .Values.image }}" }]';
const labels = '{ app: "{{ .Release.Name }}" }';
const deployment = `apiVersion: apps/v1
kind: Deployment
${metadata()}
spec:
  replicas: {{ .Values.replicas }}
  selector: { matchLabels: ${labels} }
  template: { metadata: { labels: ${labels} }, spec: { ${containers} } }
---
apiVersion: v1
kind: Service
${metadata()}
spec: { selector: ${labels}, ports: [{ port: 80 }] }
`;
const hook = `apiVersion: batch/v1
kind: Job
metadata: { name: "{{ .Release.Name }}-migrate", annotations: { helm.sh/hook: "pre-install,pre-upgrade" } }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: migrate, image: "example/migrate:1" }] } } }
---
apiVersion: v1
kind: ConfigMap
${metadata('-settings')}
data: { replicas: "{{ .Values.replicas }}" }
`;
const stateful = `apiVersion: apps/v1
kind: StatefulSet
${metadata()}
spec:
  serviceName: "{{ .Release.Name }}"
  replicas: {{ .Values.replicas }}
  selector: { matchLabels: ${labels} }
  template: { metadata: { labels: ${labels} }, spec: { ${containers} } }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
${metadata()}
rules: [{ apiGroups: [""], resources: [pods], verbs: [get] }]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
${metadata()}
spec: { maxUnavailable: 1, selector: { matchLabels: ${labels} } }
`;

function chart(name, template) {
  const write = (file, text) => {
    const path = join(folder, name, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  write('Chart.yaml', `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`);
  write('values.yaml', 'replicas: 1\nimage: example/one:1\n');
  write('templates/all.yaml', template);
  return join(folder, name);
}

/** What a command printed; throws where it failed or did not print what it should. */
async function run(program, args, expected = /(?:)/) {
  const env = { ...process.env, KUBECONFIG: kubeconfig, HOME: folder };
  const shown = [program, ...args].join(' ');
  const output = await new Promise((done, fail) => {
    execFile(program, args, { env, timeout: 120e3 }, (error, stdout, stderr) => {
      if (error === null) done(stdout);
      else fail(new Error(`${shown}: ${stderr || error.message}`));
    });
  });
  if (!expected.test(output)) throw new Error(`${shown}: expected ${expected}, got\n${output}`);
  console.log(`fine: ${shown}`);
}

async function tryKubectl() {
  await run(kubectl, ['version'], /Server Version/);
  const manifest = 'scenarios/manifests/mlflow.yaml';
  await run(kubectl, ['apply', '-f', manifest], /deployment.apps\/mlflow-deployment created/);
  const of = ['-n', 'mlflow'];
  await run(kubectl, [...of, 'rollout', 'status', 'deployment', 'mlflow-deployment'], /successfully rolled out/);
  await run(kubectl, ['apply', '-f', manifest], /service\/mlflow-service unchanged/);
  await run(kubectl, ['diff', '-f', manifest]);
  await run(kubectl, [...of, 'get', 'service', 'mlflow-service'], /5000:30001\/TCP/);
  // At 60x a namespace has gone, with all that is in it, before kubectl comes to the rest of the file.
  await run(kubectl, ['delete', '--ignore-not-found', '-f', manifest], /namespace "mlflow" deleted/);
}

async function tryHelm() {
  await run(helm, ['version', '--short'], /^v/);
  const charts = { web: deployment, hooked: hook + '---\n' + deployment, stateful };
  for (const [name, template] of Object.entries(charts)) {
    const path = chart(name, template);
    await run(helm, ['install', name, path, '--wait'], /STATUS: deployed/);
    await run(helm, ['upgrade', name, path, '--wait', '--set', 'replicas=3'], /REVISION: 2/);
    await run(kubectl, ['get', 'pods', '-l', `app=${name}`, '--no-headers'], /^(?:\S+ +1\/1 +Running .*\n){3}$/);
    await run(helm, ['rollback', name, '1', '--wait'], /success/i);
    await run(helm, ['list'], new RegExp(`^${name}\\s.*\\bdeployed\\b`, 'm'));
    await run(helm, ['history', name], /Rollback to 1/);
  }
  for (const name of Object.keys(charts)) await run(helm, ['uninstall', name, '--wait'], /uninstalled/);
}

try {
  await tryKubectl();
  await tryHelm();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  child.kill('SIGINT');
  await new Promise((done) => child.once('close', done));
  rmSync(folder, { recursive: true, force: true });
}
