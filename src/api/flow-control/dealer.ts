// Shuffle sharding: the hand of queues that a flow is dealt, by the hash of its name.
import { sha256 } from '../../lib/sha256.ts';

/** The flow's name is the FlowSchema's with what tells flows of one schema apart: 64 bits of a hash of both. */
export function flowHash(flowSchema: string, distinguisher: string): bigint {
  const digest = sha256(`${flowSchema}\0${distinguisher}`);
  return new DataView(digest.buffer).getBigUint64(0, true);
}

/** `handSize` different queues of `queues`, uniformly as far as the bits of the hash suffice. */
export function dealHand(hash: bigint, queues: number, handSize: number): number[] {
  const remainders: number[] = [];
  let rest = hash;
  for (let i = 0; i < handSize; i += 1) {
    const left = BigInt(queues - i);
    remainders.push(Number(rest % left));
    rest /= left;
  }
  // A remainder counts the cards that are left; stepping over those dealt before makes it a card of the whole deck.
  return remainders.map((remainder, i) => {
    let card = remainder;
    for (let j = i - 1; j >= 0; j -= 1) if (card >= remainders[j]) card += 1;
    return card;
  });
}
