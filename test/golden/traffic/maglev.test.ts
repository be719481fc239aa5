// Cilium's Maglev tables, slot by slot.
import { describe, it } from 'vitest';
import { ciliumTable, type MaglevBackend } from '../../../src/network/balancers/maglev/cilium.ts';
import { agree, difference, eachRecord, hasRecords } from '../harness.ts';

interface CiliumRecord {
  readonly backends: readonly MaglevBackend[];
  readonly tableSize: number;
  readonly seedMurmur: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly first251: readonly number[];
  readonly fnv64a: string;
}

const SHOWN = 251;

/** FNV-1a over the slots as little-endian integers of 32 bits. */
function fnv64a(table: Int32Array): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new Uint8Array(table.buffer))
    hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return hash.toString(16).padStart(16, '0');
}

function play({ backends, tableSize, seedMurmur, counts, first251, fnv64a: hash }: CiliumRecord): string | undefined {
  const table = ciliumTable(backends, tableSize, seedMurmur);
  const own: Record<string, number> = {};
  for (const id of table) own[id] = (own[id] ?? 0) + 1;
  return difference([counts, first251, hash], [own, Array.from(table.slice(0, SHOWN)), fnv64a(table)]);
}

describe.runIf(hasRecords('traffic/maglev/cilium.jsonl.gz'))('Maglev', () => {
  it('tables of Cilium', () => {
    agree('traffic/maglev/cilium', eachRecord<CiliumRecord>('traffic/maglev/cilium.jsonl.gz'), play);
  });
});
