// Hot dialect: the normalised scores of two spread constraints by table: many nodes, few different pairs of counts.
import type { NodeList } from '../node-list.ts';
import type { SpreadConstraint } from './spread-constraints.ts';

/** Levels of a constraint: 0 for a node without the label, 1 + matching pods of a host, 1 + number of any other domain. */
const LEVELS = 64;

/** Scores of the present pod, by pair of levels. */
export class SpreadScores {
  readonly #scores = new Float64Array(LEVELS * LEVELS);
  readonly #normalized = new Float64Array(LEVELS * LEVELS);
  /** The pairs that occur, and by pair the number of the pod for which it was found. */
  readonly #pairs = new Int32Array(LEVELS * LEVELS);
  readonly #seenFor = new Int32Array(LEVELS * LEVELS);
  #found = 0;
  #pod = 0;
  /** By position in the list. */
  #pairOf = new Int32Array(0);

  /**
   * Adds PodTopologySpread's normalised scores, times `weight`, to the totals. False when the pod has not two constraints or too many
   * levels: then nothing was done. `weights` are those of the constraints.
   */
  add(
    constraints: readonly SpreadConstraint[],
    weights: Float64Array,
    nodes: NodeList,
    totals: Float64Array,
    weight: number,
  ): boolean {
    if (constraints.length !== 2 || !this.#score(constraints, weights, nodes)) return false;
    this.#normalize(weight);
    const normalized = this.#normalized;
    const pairOf = this.#pairOf;
    for (let i = 0; i < nodes.end; i += 1) totals[i] += normalized[pairOf[i]];
    return true;
  }

  /** The pair of each position and the rounded score of each pair. */
  #score(constraints: readonly SpreadConstraint[], weights: Float64Array, nodes: NodeList): boolean {
    const { rows, end } = nodes;
    if (this.#pairOf.length < end) this.#pairOf = new Int32Array(end * 2);
    this.#found = 0;
    this.#pod += 1;
    const [a, b] = constraints;
    const aDomain = a.topology.domain;
    const bDomain = b.topology.domain;
    const aCounts = a.counter.perNode;
    const bCounts = b.counter.perNode;
    const aIsHost = a.isHostname;
    const bIsHost = b.isHostname;
    const aKnown = aCounts.length;
    const bKnown = bCounts.length;
    const pairOf = this.#pairOf;
    const seenFor = this.#seenFor;
    const pod = this.#pod;
    for (let i = 0; i < end; i += 1) {
      const node = rows[i];
      let first = aDomain[node];
      if (aIsHost && first >= 0) first = node < aKnown ? aCounts[node] : 0;
      let second = bDomain[node];
      if (bIsHost && second >= 0) second = node < bKnown ? bCounts[node] : 0;
      if (first >= LEVELS - 1 || second >= LEVELS - 1) return false;
      const pair = (first + 1) * LEVELS + second + 1;
      if (seenFor[pair] !== pod) {
        seenFor[pair] = pod;
        this.#pairs[this.#found++] = pair;
        this.#scores[pair] = Math.round(part(a, first, weights[0]) + part(b, second, weights[1]));
      }
      pairOf[i] = pair;
    }
    return true;
  }

  /** To 0 … 100, as PodTopologySpread's NormalizeScore, times the weight. */
  #normalize(weight: number): void {
    let least = Number.MAX_SAFE_INTEGER;
    let most = 0;
    const table = this.#scores;
    for (let n = 0; n < this.#found; n += 1) {
      const score = table[this.#pairs[n]];
      if (score < least) least = score;
      if (score > most) most = score;
    }
    const normalized = this.#normalized;
    for (let n = 0; n < this.#found; n += 1) {
      const pair = this.#pairs[n];
      const score = most === 0 ? 100 : Math.floor((100 * (most + least - table[pair])) / most);
      normalized[pair] = weight * score;
    }
  }
}

/** A constraint's part of the score: the matching pods of the node's domain, weighed, and what skew is allowed. */
function part({ isHostname, counts, maxSkew }: SpreadConstraint, level: number, weight: number): number {
  if (level < 0) return 0;
  const matching = isHostname ? level : level < counts.pods.length ? counts.pods[level] : 0;
  return matching * weight + (maxSkew - 1);
}
