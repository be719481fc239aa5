// Hot dialect: what messages of known sizes take on their way: they wait for network cards, and TCP sends the first bytes slowly.
import type { Routes } from '../../model/ports/routes.ts';
import type { NodeRow } from '../../model/rows.ts';
import type { ConnectionsSpec, MessageSizes } from '../../model/settings/connections.ts';
import type { SentAs } from '../classes/sent-as.ts';
import { type Direction, messageUs } from './congestion-window.ts';
import type { Connection } from './connection.ts';
import { type Egress, MeteredCards } from './egress.ts';
import { NetworkCards } from './network-cards.ts';

export class Transfers {
  readonly #cards: NetworkCards;
  readonly #spec: ConnectionsSpec;
  readonly #routes: Pick<Routes, 'bytesPerSecond'>;

  constructor(spec: ConnectionsSpec, routes: Pick<Routes, 'bytesPerSecond'>, egress: Egress | undefined) {
    this.#cards = egress === undefined ? new NetworkCards() : new MeteredCards(egress);
    this.#spec = spec;
    this.#routes = routes;
  }

  /** Beyond what a message without a size takes, µs: of a request, and of its answer. */
  requestUs(row: number, connection: Connection, from: NodeRow, nowUs: number, wayUs: number): number {
    const sizes = this.sizesOf(row, connection.server?.sizes);
    if (sizes === undefined) return 0;
    return this.#us(connection.request, from, connection.endpoint.node, sizes.requestBytes, nowUs, wayUs);
  }

  answerUs(row: number, connection: Connection, to: NodeRow, nowUs: number, wayUs: number): number {
    const sizes = this.sizesOf(row, connection.server?.sizes);
    if (sizes === undefined) return 0;
    return this.#us(connection.response, connection.endpoint.node, to, sizes.responseBytes, nowUs, wayUs);
  }

  protected sizesOf(_row: number, usual: MessageSizes | undefined): MessageSizes | undefined {
    return usual;
  }

  #us(direction: Direction, from: NodeRow, to: NodeRow, bytes: number, nowUs: number, wayUs: number): number {
    const rate = Math.min(this.#spec.nodeBandwidth, this.#routes.bytesPerSecond(from, to));
    const waitUs = this.#cards.waitUs(from, to, bytes, nowUs, rate);
    return waitUs + messageUs(direction, this.#spec, bytes, nowUs + waitUs, 2 * wayUs, rate);
  }
}

/** Requests of some classes have sizes of their own. */
class TransfersByClass extends Transfers {
  readonly #sentAs: SentAs;

  constructor(
    spec: ConnectionsSpec,
    routes: Pick<Routes, 'bytesPerSecond'>,
    egress: Egress | undefined,
    sentAs: SentAs,
  ) {
    super(spec, routes, egress);
    this.#sentAs = sentAs;
  }

  protected override sizesOf(row: number, usual: MessageSizes | undefined): MessageSizes | undefined {
    return this.#sentAs.sizesOf(row, usual);
  }
}

/** `sentAs`: where classes have sizes; `egress`: where bytes between zones are counted. */
export function transfersOf(
  spec: ConnectionsSpec,
  routes: Pick<Routes, 'bytesPerSecond'>,
  { sentAs, egress }: { readonly sentAs: SentAs | undefined; readonly egress: Egress | undefined },
): Transfers {
  return sentAs === undefined
    ? new Transfers(spec, routes, egress)
    : new TransfersByClass(spec, routes, egress, sentAs);
}
