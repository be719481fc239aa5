// Whether anybody encrypts: only then do processes work on handshakes.
import type { TrafficSettings } from '../settings.ts';

type Settings = Pick<TrafficSettings, 'connections' | 'behaviors' | 'traffic'>;

export function encrypts({ connections, behaviors, traffic }: Settings): boolean {
  const calls = behaviors.flatMap((one) => one.calls);
  const all = [connections?.callers, ...[...calls, ...traffic].map((one) => one.connections)];
  const isMeshed = behaviors.some(({ mesh }) => mesh !== undefined && mesh.connections.tls !== 'none');
  return isMeshed || all.some((one) => one !== undefined && one.tls !== 'none');
}
