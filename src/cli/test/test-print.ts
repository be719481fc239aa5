// What `wavetank test` prints: a line for each scenario, below it what does not hold and where that is written, and how many did.
import { counted } from '../../lib/plural.ts';
import { colors } from '../colors.ts';
import { wrap } from '../lines.ts';
import { table } from '../table.ts';
import type { Case, Outcome, Suite } from './suite.ts';
import type { TestRun } from './run-suites.ts';

const WORST: readonly Outcome[] = ['broken', 'input', 'failed'];

/** The worst of a suite's cases. */
function outcomeOf({ cases }: Suite): Outcome {
  return WORST.find((outcome) => cases.some((one) => one.outcome === outcome)) ?? 'passed';
}

/** 3: a job broke. 2: input is wrong. 1: an expectation failed. */
export function exitCodeOfSuites(suites: readonly Suite[]): number {
  const outcomes = new Set(suites.map(outcomeOf));
  return outcomes.has('broken') ? 3 : outcomes.has('input') ? 2 : outcomes.has('failed') ? 1 : 0;
}

export function suitesAsJson({ suites, wallSeconds }: TestRun) {
  const counts = (outcome: Outcome) =>
    suites.flatMap(({ cases }) => cases).filter((one) => one.outcome === outcome).length;
  return {
    pass: exitCodeOfSuites(suites) === 0,
    passed: counts('passed'),
    failed: counts('failed'),
    errors: counts('input') + counts('broken'),
    skipped: counts('skipped'),
    wall_s: Number(wallSeconds.toFixed(3)),
    suites: suites.map(({ file, name, cases, jobs, seconds }) => ({
      file,
      scenario: name,
      jobs,
      seconds: Number(seconds.toFixed(3)),
      cases: cases.map(({ name: text, place, outcome, message, actual, reproduce }) => ({
        name: text,
        file: place.file ?? file,
        line: place.line ?? null,
        outcome,
        message,
        actual,
        reproduce,
      })),
    })),
  };
}

export function printSuites({ suites, where, wallSeconds }: TestRun): void {
  const { bold, dim, green, red } = colors(process.stdout);
  const rows = suites.map((suite) => {
    const outcome = outcomeOf(suite);
    const state = outcome === 'passed' ? green('ok') : red(outcome === 'failed' ? 'FAILED' : 'ERROR');
    return [
      state,
      suite.name,
      howMany(suite),
      suite.jobs === 0 ? '' : counted(suite.jobs, 'job'),
      `${suite.seconds.toFixed(1)} s`,
    ];
  });
  const lines = table(['', '', '', '', ''], rows, [3, 4]).split('\n');
  const out = suites.flatMap((suite, at) => [
    lines[at],
    ...failureLines(suite).map(([head, ...rest]) =>
      [`  ${bold(head)}`, ...rest.map((line) => `    ${line}`)].join('\n'),
    ),
  ]);
  const passed = suites.filter((suite) => outcomeOf(suite) === 'passed').length;
  const cases = suites.flatMap((suite) => suite.cases).filter(({ outcome }) => outcome !== 'skipped');
  const held = cases.filter(({ outcome }) => outcome === 'passed').length;
  const all = `${passed} of ${counted(suites.length, 'scenario')} pass, ${held} of ${counted(cases.length, 'test')} hold`;
  out.push('', `${passed === suites.length ? all : red(all)} ${dim(`(${wallSeconds.toFixed(1)} s ${where})`)}`);
  process.stdout.write(`${out.join('\n')}\n`);
}

function howMany({ cases }: Suite): string {
  const judged = cases.filter(({ outcome }) => outcome === 'passed' || outcome === 'failed');
  const failed = judged.filter(({ outcome }) => outcome === 'failed').length;
  const skipped = cases.filter(({ outcome }) => outcome === 'skipped').length;
  const left = skipped === 0 ? '' : `, ${skipped} skipped`;
  if (judged.length === 0) return `${counted(cases.length - skipped, 'error')}${left}`;
  return failed === 0
    ? `${counted(judged.length, 'test')}${left}`
    : `${failed} of ${counted(judged.length, 'test')} failed${left}`;
}

/** Of each case that did not pass: where it is written and what it says, then what came out and how to see it again. */
function failureLines({ file, cases }: Suite): string[][] {
  const width = (process.stdout.columns ?? 120) - 4;
  return cases
    .filter(({ outcome }) => WORST.includes(outcome))
    .map((one) => {
      const head = `${placeOf(one, file)}: ${one.name}`;
      if (one.outcome === 'input') return [`${head}: ${one.message}`];
      const actual = wrap(`${one.outcome === 'failed' ? 'actual: ' : ''}${one.message}`, width).split('\n');
      return [head, ...actual, ...(one.reproduce === '' ? [] : [`reproduce: ${one.reproduce}`])];
    });
}

function placeOf({ place }: Case, file: string): string {
  return `${place.file ?? file}${place.line === undefined ? '' : `:${place.line}`}`;
}
