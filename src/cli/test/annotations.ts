// Failures as workflow commands of GitHub Actions: each becomes a note at the line of its expectation.
// https://docs.github.com/actions/reference/workflow-commands-for-github-actions#setting-an-error-message
import { relative, resolve } from 'node:path';
import type { Suite } from './suite.ts';

/** One line for each case that did not pass; files are named from the root of the repository. */
export function githubAnnotations(suites: readonly Suite[], root: string): string[] {
  return suites.flatMap(({ file, name, cases }) =>
    cases
      .filter(({ outcome }) => outcome !== 'passed' && outcome !== 'skipped')
      .map((one) => {
        const { line, column } = one.place;
        const properties = {
          file: relative(root, resolve(one.place.file ?? file)),
          ...(line === undefined ? {} : { line }),
          ...(column === undefined ? {} : { col: column }),
          title: `${name}: ${one.name}`,
        };
        const listed = Object.entries(properties).map(([key, value]) => `${key}=${inProperty(String(value))}`);
        const again = one.reproduce === '' ? '' : `\n${one.reproduce}`;
        return `::error ${listed.join(',')}::${inMessage(`${one.outcome === 'failed' ? 'actual: ' : ''}${one.message}${again}`)}`;
      }),
  );
}

function inMessage(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function inProperty(text: string): string {
  return inMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
