// What was measured, as files say it: durations of requests by Service, start-ups and pulls by image. The header says what a file has.
import { InputError } from '../../lib/errors.ts';
import { Histogram } from '../../metrics/histogram.ts';
import type { SourceLine } from '../../scenario/import/importer.ts';
import { increasesOf } from './buckets.ts';
import { type Durations, ofHistogram, ofShares } from './durations.ts';

export interface Pull {
  readonly bytes: number;
  readonly seconds: number;
}

export interface Measured {
  /** By `namespace/name` of the Service. */
  readonly durations: ReadonlyMap<string, Durations>;
  /** Seconds, by image. */
  readonly startups: ReadonlyMap<string, readonly number[]>;
  readonly pulls: readonly Pull[];
}

/** Where the files come from. Both throw an InputError. */
export interface MeasuredSources {
  lines(file: string): Iterable<SourceLine>;
  read(file: string): { readonly file: string; readonly text: string };
}

const HEADERS = [
  'service,seconds',
  'service,quantile,seconds',
  'image,startup_seconds',
  'image,bytes,pull_seconds',
] as const;
/** Start-ups and pulls are kept one by one. */
const MOST_ROWS = 1_000_000;

/** Throws an InputError for a file without rows, an unknown header, and a cell that is none. */
export function readMeasured(files: readonly string[], sources: MeasuredSources): Measured {
  const histograms = new Map<string, Histogram>();
  const shares = new Map<string, { share: number; seconds: number }[]>();
  const durations = new Map<string, Durations>();
  const startups = new Map<string, number[]>();
  const pulls: Pull[] = [];
  for (const file of files) {
    if (file.endsWith('.json')) {
      for (const [service, one] of increasesOf(sources.read(file))) durations.set(service, one);
      continue;
    }
    const read = rowReaders({ histograms, shares, startups, pulls });
    let header: string | undefined;
    let rows = 0;
    for (const { line, text } of sources.lines(file)) {
      if (text.trim() === '' || text.startsWith('#')) continue;
      const cells = text.split(',').map((cell) => cell.trim());
      if (header === undefined) {
        header = cells.join(',');
        if (!Object.hasOwn(read, header)) {
          throw new InputError({
            file,
            line,
            message: `expected the header ${HEADERS.join(', or ')}, got "${header}"`,
          });
        }
        continue;
      }
      rows += 1;
      const width = header.split(',').length;
      if (cells.length !== width || cells[0] === '')
        throw new InputError({ file, line, message: `expected ${width} cells (${header}), got "${text}"` });
      if (rows > MOST_ROWS && !header.startsWith('service,'))
        throw new InputError({ file, line, message: `more than ${MOST_ROWS} rows` });
      const number = (cell: number): number => {
        const value = Number(cells[cell]);
        if (cells[cell] !== '' && Number.isFinite(value) && value >= 0) return value;
        throw new InputError({ file, line, message: `expected a number of 0 or more, got "${cells[cell]}"` });
      };
      const wrong = read[header as (typeof HEADERS)[number]](cells[0], number);
      if (wrong !== undefined) throw new InputError({ file, line, message: wrong });
    }
    if (rows === 0) throw new InputError({ file, message: 'has no rows' });
  }
  for (const [service, histogram] of histograms) durations.set(service, ofHistogram(histogram));
  for (const [service, points] of shares) durations.set(service, ofShares(points, undefined));
  return { durations, startups, pulls };
}

interface Into {
  readonly histograms: Map<string, Histogram>;
  readonly shares: Map<string, { share: number; seconds: number }[]>;
  readonly startups: Map<string, number[]>;
  readonly pulls: Pull[];
}

type ReadRow = (name: string, number: (cell: number) => number) => string | undefined;

/** By header: takes a row, or says what is wrong with it. */
function rowReaders({
  histograms,
  shares,
  startups,
  pulls,
}: Into): Readonly<Record<(typeof HEADERS)[number], ReadRow>> {
  return {
    'service,seconds': (name, number) => {
      const service = serviceName(name);
      const histogram = histograms.get(service) ?? new Histogram();
      histograms.set(service, histogram);
      histogram.record(Math.round(number(1) * 1e6));
      return undefined;
    },
    'service,quantile,seconds': (name, number) => {
      const [share, seconds] = [number(1), number(2)];
      if (!(share > 0 && share < 1)) return `a quantile is between 0 and 1, got ${share}`;
      if (seconds === 0) return 'a quantile of 0 s says nothing';
      const service = serviceName(name);
      const points = shares.get(service) ?? [];
      shares.set(service, points);
      points.push({ share, seconds });
      return undefined;
    },
    'image,startup_seconds': (name, number) => {
      const seconds = number(1);
      if (seconds === 0) return 'a start-up of 0 s has no logarithm: leave it out';
      const own = startups.get(name) ?? [];
      startups.set(name, own);
      own.push(seconds);
      return undefined;
    },
    'image,bytes,pull_seconds': (_, number) => {
      pulls.push({ bytes: number(1), seconds: number(2) });
      return undefined;
    },
  };
}

/** Without a namespace it is in `default`. A copy, which does not keep the piece of the file that it was read with. */
function serviceName(text: string): string {
  return JSON.parse(JSON.stringify(text.includes('/') ? text : `default/${text}`)) as string;
}
