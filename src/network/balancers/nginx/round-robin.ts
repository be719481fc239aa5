// nginx without any directive: smooth weighted round robin.
import type { Method } from './upstream.ts';

export const roundRobin: Method = {
  alsoBackups: true,
  pick: (upstream, request, group, nowS) => upstream.smooth(request, group, nowS),
};
