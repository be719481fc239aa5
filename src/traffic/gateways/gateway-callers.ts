// Hot dialect: the caller's half of what proxies in pods send on: each connection is that of a worker, for a client.
import { Connect } from '../../model/ports/routes.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';
import type { CallersKind } from '../callers.ts';
import { CALL, Field } from '../calls.ts';
import { NOBODY } from './proxied.ts';
import type { ProxyPodsOfContainers } from './proxy-pods.ts';

/** A Callers, or a kind of it, that knows the proxies among its callers. `podsOf` gives those of the containers of a number. */
export function sendingOn(Base: CallersKind, podsOf: (container: number) => ProxyPodsOfContainers): CallersKind {
  return class GatewayCallers extends Base {
    protected override connect(row: number, from: NodeRow, caller: PodRow): number {
      const { ints } = this.calls;
      const at = CALL * row;
      const site = ints[at + Field.Site];
      if (!this.sites.isUpstream(site)) return super.connect(row, from, caller);
      const parent = ints[at + Field.Parent];
      podsOf(ints[CALL * parent + Field.Container]).send(parent, this.sites.balancer[site], ints[at + Field.Attempt]);
      const result = super.connect(row, from, caller);
      if (result === Connect.Refused) {
        // Nobody is ready: another attempt would find the same.
        ints[at + Field.Attempt] = Math.max(ints[at + Field.Attempt], this.sites.maxRetries[site]);
        ints[CALL * parent + Field.Step] = NOBODY;
      }
      return result;
    }
  };
}
