// Recordings of the real kubelet under a scripted runtime, played by the simulated one.
import { describe, it } from 'vitest';
import { agree, hasRecords, readRecords } from './harness.ts';
import { differs } from './kubelet/compare.ts';
import { play } from './kubelet/play.ts';
import type { KubeletRecord } from './kubelet/record.ts';

const FILE = 'kubelet-timelines/cases.jsonl.gz';

describe.runIf(hasRecords(FILE))('the kubelet', () => {
  const records = hasRecords(FILE) ? readRecords<KubeletRecord>(FILE) : [];
  for (const group of new Set(records.map((record) => record.group))) {
    it(`does what the real one did: ${group}`, () => {
      const ofGroup = records.filter((record) => record.group === group);
      agree(`kubelet-timelines ${group}`, ofGroup, (record) => differs(record, play(record)));
    });
  }
});
