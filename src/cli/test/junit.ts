// Suites as JUnit XML, as Jenkins, GitLab and GitHub's actions read it: testsuites > testsuite > testcase > failure, error, skipped.
import type { Case, Suite } from './suite.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
};
/** What is no character of XML 1.0, escaped or not: control characters, half surrogate pairs and two more. */
const UNWRITABLE = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/** One document. Seconds are those that jobs took; what has no time of its own has that of its suite divided. */
export function junitXml(suites: readonly Suite[]): string {
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'wavetank', ...totals(suites) })}>`,
  ];
  for (const suite of suites) {
    const { file, name, cases } = suite;
    const skipped = cases.filter(({ outcome }) => outcome === 'skipped').length;
    lines.push(`  <testsuite${attributes({ name, ...totals([suite]), skipped, file })}>`);
    for (const one of cases) lines.push(...testcase(one, suite));
    lines.push('  </testsuite>');
  }
  lines.push('</testsuites>');
  return `${lines.join('\n')}\n`;
}

function totals(suites: readonly Suite[]) {
  const cases = suites.flatMap((suite) => suite.cases);
  const count = (...outcomes: Case['outcome'][]) => cases.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const seconds = suites.reduce((sum, suite) => sum + suite.seconds, 0);
  return {
    tests: cases.length,
    failures: count('failed'),
    errors: count('input', 'broken'),
    time: seconds.toFixed(3),
  };
}

function testcase({ name, place, outcome, message, reproduce }: Case, suite: Suite): string[] {
  const { file, line } = place;
  const time = (suite.seconds / suite.cases.length).toFixed(3);
  const open = `    <testcase${attributes({ name, classname: suite.name, ...(file === undefined ? {} : { file }), ...(line === undefined ? {} : { line }), time })}`;
  if (outcome === 'passed') return [`${open}/>`];
  const body = [where(file, line), message, reproduce].filter((text) => text !== '').join('\n');
  const element =
    outcome === 'skipped'
      ? `<skipped${attributes({ message })}/>`
      : outcome === 'failed'
        ? `<failure${attributes({ message: `actual: ${message}`, type: 'expectation' })}>${escaped(body)}</failure>`
        : `<error${attributes({ message: message.split('\n', 1)[0], type: outcome })}>${escaped(body)}</error>`;
  return [`${open}>`, `      ${element}`, '    </testcase>'];
}

function where(file: string | undefined, line: number | undefined): string {
  return file === undefined ? '' : `${file}${line === undefined ? '' : `:${line}`}`;
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(String(value))}"`)
    .join('');
}

function escaped(text: string): string {
  return text.replaceAll(UNWRITABLE, '\ufffd').replaceAll(/[&<>"\n\r\t]/g, (character) => ESCAPES[character]);
}
