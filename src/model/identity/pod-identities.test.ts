// Names of pods are unique in their namespace while the pods live; generated ones are made as Kubernetes makes them.
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../object-store.ts';
import { ClusterState } from '../state.ts';
import { baseOf, splitName, suffixLetters, suffixNumber } from './generated-names.ts';
import type { IdentityRow, ObjectRow, PodRow } from '../rows.ts';

const replicaSet = (name: string, namespace = 'default'): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name, namespace },
});

function cluster() {
  const state = new ClusterState('1');
  return { state, identities: state.identities, set: (name: string) => state.objects.add(replicaSet(name), -1, 0) };
}

describe('generated names', () => {
  it('are distinct for the pods of one owner', () => {
    const numbers = new Set(Array.from({ length: 200_000 }, (_, ordinal) => suffixNumber(7 as ObjectRow, ordinal)));
    expect(numbers.size).toBe(200_000);
  });

  it('differ between owners', () => {
    const first = Array.from({ length: 1000 }, (_, owner) => suffixNumber(owner as ObjectRow, 0));
    expect(new Set(first).size).toBeGreaterThan(998);
  });

  it('have five letters of the alphabet without vowels and look-alikes, which can be read back', () => {
    for (let ordinal = 0; ordinal < 1000; ordinal += 1) {
      const suffix = suffixNumber(3 as ObjectRow, ordinal);
      expect(suffixLetters(suffix)).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{5}$/);
      expect(splitName(`web-${suffixLetters(suffix)}`)).toEqual({ base: 'web-', suffix });
    }
  });

  // apiserver storage/names: maxNameLength 63, randomLength 5.
  it('have at most 63 letters', () => {
    const { identities, set } = cluster();
    const identity = identities.generated(set('a'.repeat(70)));
    expect(identities.name(identity)).toMatch(/^a{58}[^a]{5}$/);
    expect(baseOf('a'.repeat(57))).toBe(`${'a'.repeat(57)}-`);
  });

  it.each(['web-0', 'web', '', 'bcdfg', 'web-abcde', 'web-bcdf'])('%j is nobody else’s', (name) => {
    expect(splitName(name)).toEqual({ base: name, suffix: -1 });
  });
});

describe('a name', () => {
  it('is taken once in a namespace, and free again when its pod is gone', () => {
    const { identities } = cluster();
    const first = identities.named(-1, 'default', 'one');
    expect(identities.named(-1, 'default', 'one')).toBe(-1);
    const other = identities.named(-1, 'other', 'one');
    expect([identities.namespace(first), identities.namespace(other)]).toEqual(['default', 'other']);
    identities.end(first);
    const again = identities.named(-1, 'default', 'one');
    expect(again).toBeGreaterThan(first);
    expect([identities.name(first), identities.name(again)]).toEqual(['one', 'one']);
  });

  it('outlives its owner’s name: a set of that name recreated draws again where a pod of the old one lives', () => {
    const { identities, set } = cluster();
    const old = set('web');
    const young = set('web');
    // What the young set will draw first, second and third, taken by pods of users.
    for (const ordinal of [0, 1]) {
      identities.named(-1, 'default', `web-${suffixLetters(suffixNumber(young, ordinal))}`);
    }
    const made = identities.generated(young);
    expect(identities.name(made)).toBe(`web-${suffixLetters(suffixNumber(young, 2))}`);
    expect(identities.name(identities.generated(old))).toBe(`web-${suffixLetters(suffixNumber(old, 0))}`);
  });

  it('is not drawn more than eight times', () => {
    const { identities, set } = cluster();
    const row = set('web');
    for (let ordinal = 0; ordinal < 8; ordinal += 1) {
      identities.named(-1, 'default', `web-${suffixLetters(suffixNumber(row, ordinal))}`);
    }
    expect([identities.generated(row), identities.generated(row) >= 0]).toEqual([-1, true]);
  });

  it('that an owner gives keeps its ordinal through its incarnations, each with a UID of its own', () => {
    const { identities, set } = cluster();
    const row = set('web');
    const uids = Array.from({ length: 3 }, () => {
      const identity = identities.named(row, 'default', 'web-0');
      identities.end(identity);
      return identities.uid(identity);
    });
    expect(new Set(uids).size).toBe(3);
  });

  it('is found among 100,000 that come and go', () => {
    const { identities, set } = cluster();
    const rows = ['a', 'b', 'c'].map(set);
    const living = new Map<string, number>();
    for (let i = 0; i < 100_000; i += 1) {
      const identity = identities.generated(rows[i % 3]);
      identities.pod[identity] = i as PodRow;
      living.set(identities.name(identity), i);
      // Every third of those before goes, in another order than they came.
      const gone = ((i * 7919) % 99_991) as IdentityRow;
      const name = gone < identities.length ? identities.name(gone) : '';
      if (living.get(name) === gone) {
        identities.end(gone);
        living.delete(name);
      }
    }
    expect(living.size).toBeGreaterThan(10_000);
    let wrong = 0;
    for (let identity = 0 as IdentityRow; identity < identities.length; identity = (identity + 1) as IdentityRow) {
      const name = identities.name(identity);
      if (identities.find('default', name) !== (living.get(name) ?? -1)) wrong += 1;
    }
    expect(wrong).toBe(0);
  });
});
