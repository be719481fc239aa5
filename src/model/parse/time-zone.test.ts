// Names in the IANA database, which are file names there: capitals count.
import { expect, test } from 'vitest';
import { isTimeZone, isTimeZoneName } from './time-zone.ts';

test.each(['UTC', 'Etc/UTC', 'Etc/GMT+5', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'GB-Eire', 'US/Pacific'])(
  '%s',
  (name) => {
    expect(isTimeZone(name)).toBe(true);
  },
);

test.each(['', 'utc', 'europe/berlin', 'Europe/berlin', 'Mars/Phobos', 'Europe/Nowhere', 'JST', '+0530', 'UTC/'])(
  '%j is none',
  (name) => {
    expect(isTimeZone(name)).toBe(false);
  },
);

test('parts that no file of the database has', () => {
  expect(isTimeZoneName('Europe/Berlin')).toBe(true);
  for (const name of ['..', 'Europe/..', '-lead', 'a b', 'Europe/', 'Europe/Fifteen-letters']) {
    expect(isTimeZoneName(name), name).toBe(false);
  }
});
