// An invariant of etcd: whoever is elected has every write that was ever acknowledged; only a restore may lose some.
import type { EtcdMembers } from '../etcd/members.ts';
import { InvariantError } from '../lib/assert.ts';

/** Looks at each leader from now on, before it begins to lead. */
export function watchAcknowledged(
  engine: { readonly now: number },
  etcd: Pick<EtcdMembers, 'onElected' | 'requests'>,
): void {
  etcd.onElected = ({ name, logIndex }) => {
    const { committedIndex } = etcd.requests.log;
    if (logIndex >= committedIndex) return;
    const lost = committedIndex - logIndex;
    throw new InvariantError(
      `at ${engine.now / 1e6} s: ${name} leads with a log that ends at ${logIndex}, and ${committedIndex} is committed: ${lost} acknowledged write${lost === 1 ? ' is' : 's are'} lost`,
    );
  };
}
