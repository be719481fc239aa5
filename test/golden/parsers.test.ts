// Parsers against apimachinery's answers: every quantity, selector, percentage and duration of the golden records.
import { describe, test } from 'vitest';
import { InputError } from '../../src/lib/errors.ts';
import { parseFieldSelector } from '../../src/model/parse/field-selector.ts';
import { formatGoDuration, tryParseGoDuration } from '../../src/model/parse/go-duration.ts';
import { tryResolveIntOrPercent } from '../../src/model/parse/int-or-percent.ts';
import {
  compileLabelSelector,
  type LabelSelector,
  type LabelSelectorObject,
  parseLabelSelector,
} from '../../src/model/parse/label-selector.ts';
import { parseQuantity, tryParseQuantity } from '../../src/model/parse/quantity.ts';
import { agree, difference, eachRecord, readRecords } from './harness.ts';

interface QuantityRecord {
  readonly in: string;
}

interface QuantityPair {
  readonly a: string;
  readonly b: string;
}

interface SelectorRecord<S> {
  readonly selector: S;
  readonly empty?: boolean;
  readonly tests?: readonly { readonly labels: Record<string, string> }[];
}

interface FieldSelectorRecord {
  readonly selector: string;
  readonly tests?: readonly { readonly fields: Record<string, string> }[];
}

interface IntOrPercentRecord {
  readonly in: number | string;
  readonly total: number;
  readonly roundUp: boolean;
}

describe('parsers agree with Kubernetes', () => {
  test('quantities: verdict, canonical text, integer values with their overflow', () => {
    agree('parsers/quantities', eachRecord<QuantityRecord>('parsers/quantities.jsonl.gz'), (record) => {
      const result = tryParseQuantity(record.in);
      if ('error' in result) return difference(record, { in: record.in, error: result.error });
      const { quantity } = result;
      const whole = quantity.asInt64();
      return difference(record, {
        in: record.in,
        canonical: quantity.canonical(),
        json: quantity.canonical(),
        value: `${quantity.value()}`,
        milliValue: `${quantity.milliValue()}`,
        ...(whole === undefined ? {} : { asInt64: `${whole}` }),
        approxFloat: quantity.approximate(),
        sign: quantity.sign(),
        isZero: quantity.isZero(),
        format: quantity.format,
      });
    });
  });

  test('quantities: order, sum, difference', () => {
    agree('parsers/quantity_ops', eachRecord<QuantityPair>('parsers/quantity_ops.jsonl.gz'), (record) => {
      const a = parseQuantity(record.a);
      const b = parseQuantity(record.b);
      return difference(record, {
        a: record.a,
        b: record.b,
        cmp: a.compare(b),
        equal: a.compare(b) === 0,
        add: a.add(b).canonical(),
        sub: a.sub(b).canonical(),
      });
    });
  });

  test('label selectors: verdict, message, canonical text, matches', () => {
    const records = readRecords<SelectorRecord<string>>('parsers/label_selectors.jsonl.gz');
    agree('parsers/label_selectors', records, (record) => selectorDifference(record, parseLabelSelector));
  });

  test('label selector objects: verdict, message, canonical text, matches', () => {
    const path = 'parsers/label_selector_objects.jsonl.gz';
    const records = readRecords<SelectorRecord<LabelSelectorObject | null>>(path);
    agree('parsers/label_selector_objects', records, (record) => selectorDifference(record, compileLabelSelector));
  });

  test('field selectors: verdict, message, canonical text, matches', () => {
    agree('parsers/field_selectors', eachRecord<FieldSelectorRecord>('parsers/field_selectors.jsonl.gz'), (record) =>
      difference(
        record,
        orError(record.selector, () => {
          const selector = parseFieldSelector(record.selector);
          const tests = record.tests?.map(({ fields }) => ({ fields, match: selector.matches(fields) }));
          return { selector: record.selector, canonical: selector.canonical(), tests };
        }),
      ),
    );
  });

  test('int-or-percent: verdict, message, rounded number', () => {
    agree('parsers/int_or_percent', eachRecord<IntOrPercentRecord>('parsers/int_or_percent.jsonl.gz'), (record) => {
      const { in: value, total, roundUp } = record;
      const result = tryResolveIntOrPercent(value, total, roundUp);
      const outcome = 'error' in result ? { error: result.error } : { out: result.value };
      return difference(record, { in: value, total, roundUp, ...outcome });
    });
  });

  test('durations: verdict, message, nanoseconds, canonical text', () => {
    agree('parsers/durations', eachRecord<QuantityRecord>('parsers/durations.jsonl.gz'), (record) => {
      const result = tryParseGoDuration(record.in);
      if ('error' in result) return difference(record, { in: record.in, error: result.error });
      const { nanoseconds } = result;
      return difference(record, { in: record.in, ns: `${nanoseconds}`, canonical: formatGoDuration(nanoseconds) });
    });
  });
});

function selectorDifference<S>(record: SelectorRecord<S>, parse: (selector: S) => LabelSelector): string | undefined {
  return difference(
    record,
    orError(record.selector, () => {
      const selector = parse(record.selector);
      return {
        selector: record.selector,
        canonical: selector.canonical(),
        ...(record.empty === undefined ? {} : { empty: selector.isEmpty() }),
        tests: record.tests?.map(({ labels }) => ({ labels, match: selector.matches(labels) })),
      };
    }),
  );
}

function orError(selector: unknown, outcome: () => unknown): unknown {
  try {
    return outcome();
  } catch (error) {
    if (error instanceof InputError) return { selector, error: error.message };
    throw error;
  }
}
