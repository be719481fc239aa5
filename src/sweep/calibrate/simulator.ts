// The scenario with service times and concurrency that are tried: how long requests of the measured Services take there.
import { InputError } from '../../lib/errors.ts';
import { Histogram } from '../../metrics/histogram.ts';
import type { InputDocument } from '../../scenario/document.ts';
import { loadCell } from '../../scenario/expand.ts';
import type { LoadedScenario } from '../../scenario/scenario.ts';
import { type Families, familySchemas } from '../../world/families.ts';
import { runJob } from '../../world/run.ts';
import { type BehaviorEdit, settingsOf } from './behavior-edits.ts';
import type { Target } from './targets.ts';

export interface Setting {
  readonly medianSeconds: number;
  readonly sigma: number;
  readonly concurrency: number;
}

/** Where durations were measured: by servers, or by who called them, over the network. */
export type SeenBy = 'servers' | 'callers';

const LINKS = ['sameNode', 'sameZone', 'otherZone', 'otherRegion', 'client'] as const;
const LEAST_SIGMA = 0.005;

/** Service time and concurrency as a behaviour has them. */
export function editOf({ image }: Target, { medianSeconds, sigma, concurrency }: Setting): BehaviorEdit {
  const median = `${Math.max(1, Math.round(medianSeconds * 1e6))}us`;
  const lognormal = { median, sigma: Number(Math.max(LEAST_SIGMA, sigma).toPrecision(4)) };
  return { image, fields: { 'requests.service': { lognormal }, 'requests.concurrency': concurrency } };
}

export class Simulator {
  runs = 0;
  readonly #loaded: LoadedScenario;
  readonly #document: InputDocument;
  readonly #families: Families;
  readonly #targets: readonly Target[];
  readonly #network: readonly string[];
  readonly #onRun: (runs: number) => void;

  constructor(
    loaded: LoadedScenario,
    document: InputDocument,
    families: Families,
    targets: readonly Target[],
    { seenBy, onRun }: { readonly seenBy: SeenBy; readonly onRun: (runs: number) => void },
  ) {
    this.#loaded = loaded;
    this.#document = document;
    this.#families = families;
    this.#targets = targets;
    this.#network = seenBy === 'callers' ? [] : LINKS.map((link) => `spec.network.links.${link}="0"`);
    this.#onRun = onRun;
  }

  /** By target: its durations with one seed after the other, from the scenario's own plus `from` on. Without settings the scenario as it is. Throws an InputError where it has no requests. */
  *each(settings: readonly Setting[] | undefined, seeds: number, from = 0): Generator<Histogram[], void, undefined> {
    const edits = settings?.map((setting, at) => editOf(this.#targets[at], setting)) ?? [];
    const set = [...this.#network, ...settingsOf(this.#document, edits)];
    const schemas = familySchemas(this.#families);
    const cell = loadCell(this.#loaded, { folder: '', axes: [], set, places: [] }, { families: schemas });
    for (let index = from; index < from + seeds; index += 1) {
      const seed = cell.scenario.seed + index;
      const job = { id: `seed-${seed}`, seed, axes: [], set, loaded: cell };
      const { world } = runJob(job, { families: this.#families, check: false });
      this.runs += 1;
      this.#onRun(this.runs);
      const { traffic } = world;
      yield this.#targets.map(({ service }) => {
        for (let one = 0; one < traffic.services.length; one += 1) {
          const meter = traffic.serviceMeter(one);
          if (traffic.meters.names[meter] === service) return traffic.meters.latencies(meter);
        }
        throw new InputError(`${service}: no traffic of the scenario goes to it, which its durations need`);
      });
    }
  }

  /** The same of all seeds together. */
  all(settings: readonly Setting[] | undefined, seeds: number): Histogram[] {
    const sums = this.#targets.map(() => new Histogram());
    for (const run of this.each(settings, seeds)) for (const [at, one] of run.entries()) sums[at].merge(one);
    for (const [at, { count }] of sums.entries()) {
      // Of settings that are tried all requests may time out: they fit badly.
      if (count === 0 && settings === undefined)
        throw new InputError(`${this.#targets[at].service}: no request is answered in the simulation`);
    }
    return sums;
  }
}
