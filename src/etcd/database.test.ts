// The size of etcd's database: it grows with every version, is reused after compactions, shrinks when defragmented; and the alarm.
import { describe, expect, it } from 'vitest';
import { Database } from './database.ts';

const KB = 1000;

describe('the size', () => {
  it('grows with each version, whether its key lives on or not', () => {
    const database = new Database({ quotaBytes: 1e9 });
    database.lives(744);
    for (let i = 0; i < 10; i += 1) database.stored(744);
    expect([database.sizeBytes, database.inUseBytes, database.liveBytes]).toEqual([10 * KB, 10 * KB, KB]);
    database.stored(0, 0);
    expect(database.sizeBytes).toBe(10 * KB);
  });

  it('is used again after the second compaction, and shrinks only when it is defragmented', () => {
    const database = new Database({ quotaBytes: 1e9 });
    database.lives(744);
    for (let i = 0; i < 10; i += 1) database.stored(744);
    database.compact();
    expect(database.inUseBytes).toBe(10 * KB);
    for (let i = 0; i < 3; i += 1) database.stored(744);
    database.compact();
    // The newest version of the first mark, and the three after it.
    expect([database.sizeBytes, database.inUseBytes]).toEqual([13 * KB, 4 * KB]);
    for (let i = 0; i < 9; i += 1) database.stored(744);
    expect([database.sizeBytes, database.inUseBytes]).toEqual([13 * KB, 13 * KB]);
    database.compact();
    database.defragment();
    expect(database.sizeBytes).toBe(database.inUseBytes);
    expect(database.sizeBytes).toBe(10 * KB);
  });

  it('never falls below what lives', () => {
    const database = new Database({ quotaBytes: 1e9 });
    database.compact();
    database.lives(9744);
    database.stored(9744);
    database.compact();
    database.compact();
    expect(database.inUseBytes).toBe(10 * KB);
    database.lives(-9744);
    database.lives(-9744);
    expect(database.liveBytes).toBe(0);
    database.compact();
    database.compact();
    expect(database.inUseBytes).toBe(0);
  });
});

describe('the alarm', () => {
  const full = () => {
    const database = new Database({ quotaBytes: 10 * KB });
    for (let i = 0; i < 9; i += 1) database.stored(744);
    return database;
  };

  it('is raised by the first write for which there is no room, and then nothing is taken but what deletes', () => {
    const database = full();
    expect(database.admits(743)).toBe(true);
    expect(database.admits(744)).toBe(false);
    expect([database.full, database.alarms]).toEqual([true, 1]);
    expect([database.admits(1), database.admits(0)]).toEqual([false, true]);
    expect(database.alarms).toBe(1);
  });

  it('stays after a compaction, comes back when it is disarmed without room, and not when there is some', () => {
    const database = full();
    let told = 0;
    database.onAlarm = () => {
      told += 1;
    };
    database.disarm();
    database.admits(744);
    database.compact();
    database.compact();
    expect([database.full, database.admits(1)]).toEqual([true, false]);
    database.disarm();
    expect(database.admits(744)).toBe(false);
    expect(database.alarms).toBe(2);
    database.defragment();
    expect(database.full).toBe(true);
    database.disarm();
    expect(database.admits(744)).toBe(true);
    expect(told).toBe(4);
  });

  it('is raised by the first write of all where the quota is nothing', () => {
    const database = new Database({ quotaBytes: 0 });
    expect(database.admits(1)).toBe(false);
    expect(database.admits(0)).toBe(true);
  });
});
