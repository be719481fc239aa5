// Which objects a controller counts as its own: it adopts what matches its selector and has no controller, and lets go of what no longer matches.
import { Refused } from '../../api/refused.ts';
import { type Steps, SyncFailed } from './sync.ts';
import type { ObjectRow } from '../../model/rows.ts';

export interface ClaimCandidate {
  /** Row of its controller, -1 for an orphan. */
  readonly owner: ObjectRow;
  readonly matches: boolean;
  readonly deleting: boolean;
}

export interface Claiming<Item> {
  /** Row of the object that claims. */
  readonly controller: ObjectRow;
  /** One that is being deleted adopts nothing and keeps what it has. */
  readonly deleting: boolean;
  look(item: Item): ClaimCandidate;
  /** Asks the API server itself whether the controller is still there: once, before the first adoption. */
  mayAdopt(): Steps<boolean>;
  adopt(item: Item): Steps<number>;
  release(item: Item): Steps<number>;
}

/** What was adopted and what was let go, in order. Throws SyncFailed (ControllerRefManager of Kubernetes). */
export function* claim<Item>(
  items: Iterable<Item>,
  claiming: Claiming<Item>,
): Steps<{ readonly adopted: readonly Item[]; readonly released: readonly Item[] }> {
  const { controller, deleting } = claiming;
  const adopted: Item[] = [];
  const released: Item[] = [];
  let allowed = false;
  if (deleting) return { adopted, released };
  for (const item of items) {
    const { owner, matches, deleting: ends } = claiming.look(item);
    if (owner === controller) {
      if (matches) continue;
      answered(yield* claiming.release(item), 'could not be let go');
      released.push(item);
    } else if (owner === -1 && matches && !ends) {
      allowed ||= yield* claiming.mayAdopt();
      if (!allowed) throw new SyncFailed('whoever adopts is being deleted');
      if (answered(yield* claiming.adopt(item), 'has another controller already')) adopted.push(item);
    }
  }
  return { adopted, released };
}

/** False for one that is gone. */
function answered(result: number, problem: string): boolean {
  if (result === Refused.NotFound) return false;
  if (result < 0) throw new SyncFailed(`a dependent ${problem} (${result})`);
  return true;
}
