// Proxies in pods over time: the rows of gateways.csv.
import type { Row } from '../metrics/catalogue.ts';
import { type GatewayCounts, noCounts, ownAnswers } from '../traffic/gateways/gateway-counts.ts';
import type { Gateways } from '../traffic/gateways/gateways.ts';

export class GatewayHistory {
  /** By interval, the rows of all controllers. */
  readonly byInterval: Row<'gateways'>[][] = [];
  readonly #gateways: Gateways | undefined;
  readonly #before = new Map<string, GatewayCounts>();

  constructor(gateways: Gateways | undefined) {
    this.#gateways = gateways;
  }

  /** The interval ends now. */
  sample(time_seconds: number): void {
    const gateways = this.#gateways;
    if (gateways === undefined) return;
    const rows: Row<'gateways'>[] = [];
    for (const [controller, counts] of gateways.counts) {
      const before = this.#before.get(controller) ?? noCounts();
      this.#before.set(controller, { ...counts, answers: { ...counts.answers } });
      const draining = gateways.draining(controller);
      const [elsewhere, notFound, nowhere, refused, nobody, late] = ownAnswers.map(
        (status) => counts.answers[status] - before.answers[status],
      );
      rows.push({
        time_seconds,
        controller,
        requests: counts.requests - before.requests,
        responses_302: elsewhere,
        responses_404: notFound,
        responses_500: nowhere,
        responses_502: refused,
        responses_503: nobody,
        responses_504: late,
        backend_retries: counts.retries - before.retries,
        tls_handshakes: counts.handshakes - before.handshakes,
        reloads: counts.reloads - before.reloads,
        connections_cut: counts.cutOff - before.cutOff,
        workers_draining: draining.workers,
        requests_draining: draining.requests,
      });
    }
    this.byInterval.push(rows);
  }

  rows(): Row<'gateways'>[] {
    return this.byInterval.flat();
  }
}
