// Load balancers outside end kept connections by nodes that have left them.
import type { Network } from '../network/network.ts';
import type { Connections } from '../traffic/connections/connections.ts';

export function endBehindLoadBalancers(network: Network, connections: Connections): void {
  const { destinations } = network.routes;
  network.waysIn.checks.cut = (service, node) => {
    // The client hears of it from the edge, whatever has become of the node.
    const delayUs = network.delayUs(-1, -1, -1);
    if (delayUs < 0) return;
    connections.cut(
      ({ endpoint, pool }) => endpoint.via === node && destinations.service(pool.group.destination) === service,
      delayUs,
    );
  };
}
