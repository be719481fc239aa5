// What reports say of the request path, with features on and off.
import { expect, it } from 'vitest';
import { scenarioOf, service } from '../../test/support/manifests.ts';
import { jobOf } from '../../test/support/world-rig.ts';
import { trafficNotes } from './traffic-notes.ts';

const users = 'traffic: [{ name: users, to: web, arrivals: { constant: { rate: 1/s } } }]';

function notesOf(spec: string): string {
  const text = scenarioOf(`  duration: 1m\n  ${spec.replaceAll('\n', '\n  ')}\n`);
  return trafficNotes(jobOf(text + service('web')).loaded.scenario).join('\n');
}

it('says what is assumed of connections, names and processors where they are not simulated, and only there', () => {
  expect(notesOf('behaviors: []')).toBe('');
  const plain = notesOf(users);
  expect(plain).toMatch(/opens its own connection at no cost/);
  expect(plain).toMatch(/DNS lookups take no time/);
  expect(plain).toMatch(/not throttled by its limit\.$/);
  const more = `${users}
connections: { callers: { protocol: http2 } }
dns: { service: web }
tracing: { sample: 0.25 }
behaviors: [{ image: a, requests: { compute: nodeShared } }]`;
  const full = notesOf(more);
  expect(full).toMatch(/Callers keep connections/);
  expect(full).not.toMatch(/opens its own connection|DNS/);
  expect(full).toMatch(/Those with `compute: nodeShared` are\.\n.* for 25 % of the requests/);
});
