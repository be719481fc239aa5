// Proxies of a service mesh over time: the rows of mesh.csv, and their figures.
import type { Row } from '../metrics/catalogue.ts';
import { Histogram } from '../metrics/histogram.ts';
import type { Mesh } from '../traffic/mesh/mesh.ts';

interface Counted {
  readonly outbound: number;
  readonly inbound: number;
  readonly answers: number;
  readonly failed: number;
}

const NOTHING: Counted = { outbound: 0, inbound: 0, answers: 0, failed: 0 };

export class MeshHistory {
  /** By interval, the rows of all images. */
  readonly byInterval: Row<'mesh'>[][] = [];
  /** By interval: of all images. */
  readonly #times: Histogram[] = [];
  readonly #mesh: Mesh | undefined;
  readonly #before = new Map<string, Counted>();

  constructor(mesh: Mesh | undefined) {
    this.#mesh = mesh;
  }

  /** The interval ends now. */
  sample(time_seconds: number): void {
    const mesh = this.#mesh;
    if (mesh === undefined) return;
    const rows: Row<'mesh'>[] = [];
    const all = new Histogram();
    for (const [image, counts] of mesh.counts) {
      const { outbound, inbound, answers, failed } = counts;
      const before = this.#before.get(image) ?? NOTHING;
      this.#before.set(image, { outbound, inbound, answers, failed });
      const times = counts.takeTimes();
      all.merge(times);
      rows.push({
        time_seconds,
        image,
        requests_out: outbound - before.outbound,
        requests_in: inbound - before.inbound,
        answers: answers - before.answers,
        passages_failed: failed - before.failed,
        passage_duration_p50_seconds: times.quantileSeconds(0.5),
        passage_duration_p99_seconds: times.quantileSeconds(0.99),
        passage_duration_max_seconds: times.quantileSeconds(1),
      });
    }
    this.byInterval.push(rows);
    this.#times.push(all);
  }

  rows(): Row<'mesh'>[] {
    return this.byInterval.flat();
  }

  /** Times of passages in the intervals from (included) to (excluded); undefined where there is no mesh. */
  times(from: number, to: number): Histogram | undefined {
    if (this.#mesh === undefined) return undefined;
    const all = new Histogram();
    for (const one of this.#times.slice(from, to)) all.merge(one);
    return all;
  }
}
