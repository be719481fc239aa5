// An invariant of the control plane's leases: nobody takes one from its holder before it has run out, counted from its last renewal that was committed.
import type { KubeObject } from '../model/object-store.ts';

interface Held {
  readonly holder: string;
  readonly seconds: number;
  readonly renewedUs: number;
}

export class LeaseInvariants {
  /** By `namespace/name`. */
  readonly #held = new Map<string, Held>();

  /** A version of a Lease is committed. A sentence about what is wrong with it. */
  committed({ metadata: { namespace = '', name }, spec }: KubeObject, nowUs: number): string | undefined {
    const { holderIdentity = '', leaseDurationSeconds = 0 } = (spec ?? {}) as {
      readonly holderIdentity?: string;
      readonly leaseDurationSeconds?: number;
    };
    // Elsewhere leases are the affair of whoever writes them.
    if (namespace !== 'kube-system') return undefined;
    const key = `${namespace}/${name}`;
    const before = this.#held.get(key);
    this.#held.set(key, { holder: holderIdentity, seconds: leaseDurationSeconds, renewedUs: nowUs });
    if (before === undefined || before.holder === '' || holderIdentity === '' || before.holder === holderIdentity)
      return undefined;
    if (nowUs - before.renewedUs >= before.seconds * 1e6) return undefined;
    const after = ((nowUs - before.renewedUs) / 1e6).toFixed(3);
    return `${holderIdentity} took the lease ${key} from ${before.holder} ${after} s after its last renewal, before its ${before.seconds} s were over`;
  }
}
