// Who gets which address and port.
import { expect, it } from 'vitest';
import { servicePool } from './service-pool.ts';

it('gives the next free ones, never what another Service asks for', () => {
  const asks = { kind: 'Service', spec: { clusterIP: '10.96.0.17', ports: [{ nodePort: 30001 }] } };
  const pool = servicePool([asks, { kind: 'Pod' }, null]);
  expect([pool.takeAddress(undefined), pool.takeAddress(undefined)]).toEqual([
    { address: '10.96.0.16' },
    { address: '10.96.0.18' },
  ]);
  expect([pool.takePort(undefined), pool.takePort(undefined)]).toEqual([{ port: 30_000 }, { port: 30_002 }]);
  expect([pool.takePort(30_001), pool.takeAddress('10.96.0.17')]).toEqual([
    { port: 30_001 },
    { address: '10.96.0.17' },
  ]);
  expect(pool.takePort(30_001)).toEqual({ error: 'provided port is already allocated' });
  expect(pool.takeAddress('10.96.0.18')).toEqual({ error: 'provided IP is already allocated' });
  expect(pool.takePort(80)).toMatchObject({ error: expect.stringContaining('30000-32767') as string });
});
