// What the loader says about ports behind which nothing listens.
import { expect, it } from 'vitest';
import { HEADER, load } from '../../test/scenario/tank.ts';

/** Notes about a source that sends to `to`, a Service in front of a container with these ports. */
function notes(to: string, servicePorts: string, containerPorts: string): string[] {
  const text = `apiVersion: v1
kind: Pod
metadata: { name: p, labels: { app: a } }
spec: { containers: [{ name: c, image: nginx, ports: ${containerPorts} }] }
---
apiVersion: v1
kind: Service
metadata: { name: svc }
spec: { selector: { app: a }, ports: ${servicePorts} }
`;
  const body = `  duration: 1m\n  traffic: [{ name: u, to: "${to}", arrivals: { constant: { rate: 1/s } } }]`;
  return load(HEADER + body, {}, [{ file: 'm.yaml', text }]).notes.filter((note) => note.startsWith('port '));
}

const refused = 'so that connections to it are refused';
const web = '[{ name: web, port: 80, targetPort: http }]';

it.each([
  ['svc', web, '[{ name: http, containerPort: 80 }]', []],
  ['svc', web, '[{ containerPort: 80 }]', [`has no container port named "http", ${refused}`]],
  // The names agree and the protocols do not.
  [
    'svc',
    web,
    '[{ name: http, containerPort: 80, protocol: UDP }]',
    [`has no container port named "http", ${refused}`],
  ],
  ['svc', '[{ name: web, port: 80 }]', '[{ containerPort: 8080 }]', [`declares no container port 80/TCP, ${refused}`]],
  ['svc', '[{ name: web, port: 80 }]', '[]', []],
  // Nobody uses the port that leads nowhere.
  ['svc:80', '[{ name: web, port: 80 }, { name: m, port: 9 }]', '[{ containerPort: 80 }]', []],
])('%s with ports %s in front of %s', (to, servicePorts, containerPorts, expected) => {
  const whole = expected.map((one) => `port web of Service/default/svc: Pod/default/p ${one}`);
  expect(notes(to, servicePorts, containerPorts)).toEqual(whole);
});
