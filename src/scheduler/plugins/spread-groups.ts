// Hot dialect: one or two spread constraints score by groups: all nodes with as many matching pods in the same domain have one score.
import { log } from '../../engine/elementary.ts';
import type { NodeGroups } from '../framework/interface.ts';
import type { SpreadConstraint } from './spread-constraints.ts';
import type { NodeRow } from '../../model/rows.ts';

/** Levels of a constraint: 0 for a node without the label, 1 + matching pods of a host, 1 + number of any other domain. */
const LEVELS = 64;

/**
 * The score of a node is a function of its level in each constraint, of the matching pods of whole domains, and of how many
 * nodes and domains are scored: so a group is a pair of levels, and the score is worked out once for each pair.
 */
export class SpreadGroups implements NodeGroups {
  readonly constraints: readonly SpreadConstraint[];
  readonly #requireAll: boolean;
  readonly #weights = new Float64Array(2);
  /** By level: the last decision in which it was seen. */
  readonly #seenIn = new Int32Array(LEVELS);
  #decision = 0;

  /** `requireAll` as in PodTopologySpread: nodes without all keys are left out of scoring. */
  constructor(constraints: readonly SpreadConstraint[], requireAll: boolean) {
    this.constraints = constraints;
    this.#requireAll = requireAll;
  }

  /** Whether no node has to be left out. */
  get apply(): boolean {
    const { constraints } = this;
    if (this.#requireAll)
      for (let c = 0; c < constraints.length; c += 1) if (constraints[c].topology.lacking > 0) return false;
    return true;
  }

  of(node: NodeRow): number {
    const { constraints } = this;
    let group = 0;
    for (let c = 0; c < constraints.length; c += 1) {
      const { topology, isHostname, counter } = constraints[c];
      let level = topology.domain[node];
      if (isHostname && level >= 0) level = counter.at(node);
      if (level >= LEVELS - 1) return -1;
      group = group * LEVELS + level + 1;
    }
    return group;
  }

  score(present: Int32Array, count: number, nodes: number, scores: Float64Array): void {
    this.#weigh(present, count, nodes);
    const { constraints } = this;
    const last = constraints.length - 1;
    let least = Number.MAX_SAFE_INTEGER;
    let most = 0;
    for (let k = 0; k < count; k += 1) {
      const group = present[k];
      let sum = 0;
      for (let c = 0; c <= last; c += 1) sum += part(constraints[c], levelOf(group, c, last), this.#weights[c]);
      const score = Math.round(sum);
      scores[group] = score;
      if (score < least) least = score;
      if (score > most) most = score;
    }
    for (let k = 0; k < count; k += 1) {
      const group = present[k];
      scores[group] = most === 0 ? 100 : Math.floor((100 * (most + least - scores[group])) / most);
    }
  }

  /** By how many domains are scored; nodes without the label are one more. */
  #weigh(present: Int32Array, count: number, nodes: number): void {
    const { constraints } = this;
    const last = constraints.length - 1;
    for (let c = 0; c <= last; c += 1) {
      let size = nodes;
      if (!constraints[c].isHostname) {
        size = 0;
        this.#decision += 1;
        for (let k = 0; k < count; k += 1) {
          const level = levelOf(present[k], c, last);
          if (this.#seenIn[level] === this.#decision) continue;
          this.#seenIn[level] = this.#decision;
          size += 1;
        }
      }
      this.#weights[c] = log(size + 2);
    }
  }
}

/** The level in constraint `c`, where `last` is the last one. */
function levelOf(group: number, c: number, last: number): number {
  return c === last ? group % LEVELS : Math.floor(group / LEVELS);
}

/** A constraint's part of the score: the matching pods of the node's domain, weighed, and what skew is allowed. */
function part({ isHostname, counts, maxSkew }: SpreadConstraint, level: number, weight: number): number {
  if (level === 0) return 0;
  const matching = isHostname ? level - 1 : level - 1 < counts.pods.length ? counts.pods[level - 1] : 0;
  return matching * weight + (maxSkew - 1);
}
