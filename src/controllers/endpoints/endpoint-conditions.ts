// Whether a pod is an endpoint of a Service that selects it, and in what condition (behaviour B.10).
import { EndpointBit } from '../../model/endpoints.ts';
import { isTerminal, PodBit } from '../../model/pods.ts';

/** Bits of `EndpointBit`, or -1 when the pod is no endpoint: it has ended, or it has no address. */
export function endpointFlags(state: number, publishNotReady: boolean): number {
  if (isTerminal(state) || (state & PodBit.HasIp) === 0) return -1;
  const serving = (state & PodBit.Ready) !== 0;
  const terminating = (state & PodBit.Deleting) !== 0;
  return (
    (publishNotReady || (serving && !terminating) ? EndpointBit.Ready : 0) |
    (serving ? EndpointBit.Serving : 0) |
    (terminating ? EndpointBit.Terminating : 0)
  );
}
