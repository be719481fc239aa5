// Which pods use a claim: the manager's index of pods by the claims of their volumes.
import { Change } from '../../model/change-log.ts';
import type { Registry } from '../../model/registry.ts';
import type { Claim } from '../../model/storage/objects.ts';
import { claimName } from '../../model/storage/pod-volumes.ts';
import type { PodIndex } from './pod-index.ts';
import type { PodRow } from '../../model/rows.ts';

const NONE: readonly string[] = [];
const NOBODY: ReadonlySet<PodRow> = new Set();

/** Pods without claims are not looked at. */
export class ClaimUsers {
  readonly #state: Registry;
  readonly #pods: PodIndex;
  /** By `namespace/name` of a claim. */
  readonly #users = new Map<string, Set<PodRow>>();

  constructor(state: Registry, pods: PodIndex) {
    this.#state = state;
    this.#pods = pods;
    pods.view.subscribe((pod, _epoch, what) => {
      if ((what & (Change.Created | Change.Removed)) === 0) return;
      for (const claim of this.claimsOf(pod)) this.#note(claim, pod, (what & Change.Removed) === 0);
    });
  }

  /** `namespace/name` of the pod's claims, in the order of its volumes. */
  claimsOf(pod: PodRow): readonly string[] {
    const { classes } = this.#state;
    const { namespace, volumes } = classes.get(this.#pods.view.podClass[pod]);
    if (volumes === undefined || volumes.claims.length === 0) return NONE;
    const podName = this.#state.podName(pod);
    return volumes.claims.map((claim) => `${namespace}/${claimName(claim, podName)}`);
  }

  /** Pods that the view has, in the order in which it heard of them. */
  of({ metadata: { namespace = '', name } }: Claim): ReadonlySet<PodRow> {
    return this.#users.get(`${namespace}/${name}`) ?? NOBODY;
  }

  /** Names of the pods that use the claim and are on no node. */
  waiting(claim: Claim): string[] {
    return [...this.of(claim)].filter((pod) => this.#pods.view.node[pod] < 0).map((pod) => this.#state.podName(pod));
  }

  #note(claim: string, pod: PodRow, alive: boolean): void {
    const users = this.#users.get(claim);
    if (!alive) {
      users?.delete(pod);
      if (users?.size === 0) this.#users.delete(claim);
    } else if (users === undefined) this.#users.set(claim, new Set([pod]));
    else users.add(pod);
  }
}
