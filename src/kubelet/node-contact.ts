// Which kubelets cannot reach the API server, nor are reached by it, and when those come back whose way is free again.
import type { Engine } from '../engine/engine.ts';
import type { Random } from '../engine/random.ts';
import type { NodeRow } from '../model/rows.ts';
import type { NodeLeases } from './leases.ts';
import type { RecordedKubelets } from './settings.ts';
import { type Contact, reconnect } from './reconnect.ts';

/** How often a kubelet looks at its node's status. */
const STATUS_US = 10e6;

/** A kubelet closes its connections when it could not write its node's status so often in a row. */
const FAILURES_TO_CLOSE = 2;

/** In this order in the events of a node. */
const PARTS = ['lease', 'status', 'watch'] as const;
export type Part = (typeof PARTS)[number];

interface Cut {
  readonly fromUs: number;
  readonly leaseUs: number;
  readonly statusUs: number;
  /** Rises with each change: events of before are stale. */
  stamp: number;
  /** It has its pods from the API server again. */
  hears: boolean;
  /** How much of it is not back yet. */
  missing: number;
  /** Its kubelet has started meanwhile: it knows no pods. */
  isNew: boolean;
}

export class NodeContact {
  /** What was tried in vain by those that are back. */
  readonly failed: { readonly node: NodeRow; readonly contact: Contact }[] = [];
  readonly #engine: Engine;
  readonly #leases: NodeLeases;
  readonly #recorded: RecordedKubelets | undefined;
  readonly #back: (node: NodeRow, part: Part, isNew: boolean) => void;
  readonly #cuts = new Map<NodeRow, Cut>();
  readonly #onBack: number;
  #random: Random | undefined;

  /** `recorded`: in place of what kubelets do by themselves. */
  constructor(
    engine: Engine,
    leases: NodeLeases,
    recorded: RecordedKubelets | undefined,
    back: (node: NodeRow, part: Part, isNew: boolean) => void,
  ) {
    this.#engine = engine;
    this.#leases = leases;
    this.#recorded = recorded;
    this.#back = back;
    this.#onBack = engine.kind('kubelet.contact', (node, packed) => this.#reached(node as NodeRow, packed));
  }

  /** Neither hears anything of the other. Heartbeats may come back later than the pods do. */
  isCut(node: NodeRow): boolean {
    return this.#cuts.size > 0 && this.#cuts.get(node)?.hears === false;
  }

  cut(node: NodeRow): void {
    const known = this.#cuts.get(node);
    const now = this.#engine.now;
    const stamp = (known?.stamp ?? 0) + 1;
    if (known?.hears === false) {
      // It was not back yet: its tries go on.
      known.stamp = stamp;
      this.#leases.stop(node);
      return;
    }
    this.#random ??= this.#engine.stream('kubelet.contact');
    const drawnUs = now + this.#random.uniform() * STATUS_US;
    const statusUs = this.#recorded?.nextStatusUs(node) ?? drawnUs;
    const leaseUs = this.#leases.nextRenewalUs(node);
    this.#cuts.set(node, { fromUs: now, leaseUs, statusUs, stamp, hears: false, missing: 0, isNew: false });
    this.#leases.stop(node);
  }

  heal(node: NodeRow): void {
    const cut = this.#cuts.get(node);
    const random = this.#random;
    if (cut === undefined || random === undefined) return;
    const uniform = (): number => random.uniform();
    const failuresToClose = this.#recorded?.failuresToClose ?? FAILURES_TO_CLOSE;
    const contact = reconnect({ ...cut, untilUs: this.#engine.now, failuresToClose, uniform });
    this.failed.push({ node, contact });
    cut.stamp += 1;
    cut.missing = PARTS.length;
    for (const [index, us] of [contact.leaseUs, contact.statusUs, contact.watchUs].entries())
      this.#engine.at(Math.max(this.#engine.now, Math.round(us)), this.#onBack, node, (cut.stamp << 2) | index);
  }

  /** The kubelet of a node that is cut off starts. */
  started(node: NodeRow): void {
    const cut = this.#cuts.get(node);
    if (cut !== undefined) cut.isNew = true;
  }

  /** The node is gone. */
  forget(node: NodeRow): void {
    this.#cuts.delete(node);
  }

  #reached(node: NodeRow, packed: number): void {
    const cut = this.#cuts.get(node);
    if (cut === undefined || cut.stamp !== packed >> 2) return;
    const part = PARTS[packed & 3];
    cut.missing -= 1;
    if (part === 'watch') cut.hears = true;
    if (cut.missing === 0) this.#cuts.delete(node);
    this.#back(node, part, cut.isNew);
  }
}
