// Pages that list others: the landing page, decisions, packaged scenarios, versions of the reference.
import { readFileSync } from 'node:fs';
import { course } from './course.ts';
import type { Link, Page } from './layout.ts';
import { escaped } from './markdown.ts';
import { guidePath, relativeTo } from './sources.ts';

/** A link in a card: what it is called, and what it is about. */
export interface Card extends Link {
  readonly says: string;
  /** HTML above the title. */
  readonly picture?: string;
}

export function cards(page: string, all: readonly Card[], kind = ''): string {
  const items = all.map(
    ({ title, path, says, picture = '' }) =>
      `<li><a href="${relativeTo(page, path)}">${picture}<strong>${escaped(title)}</strong><span>${escaped(says)}</span></a></li>`,
  );
  return `<ul class="cards${kind === '' ? '' : ` ${kind}`}">\n${items.join('\n')}\n</ul>`;
}

/** A sentence that a generated page has of itself. */
function said(file: string, sentence: RegExp): string {
  const found = sentence.exec(readFileSync(file, 'utf8'));
  if (found === null) throw new Error(`${file}: expected ${String(sentence)}`);
  return found[0];
}

export function landing(version: string): Page {
  const path = 'index.html';
  const parts = course.map(({ title, aim, guides }) => ({
    title,
    path: guidePath(guides[0]),
    says: aim,
  }));
  const reference = [
    {
      title: 'The Scenario document',
      path: `reference/${version}/scenario.html`,
      says: 'Every field, its default, and where that is from.',
    },
    {
      title: 'Result files',
      path: `reference/${version}/csv.html`,
      says: 'Every column of the CSV files, with its unit.',
    },
    {
      title: 'Command line',
      path: `reference/${version}/cli.html`,
      says: 'Every command with its options and examples.',
    },
    {
      title: 'Packaged scenarios',
      path: 'scenarios/index.html',
      says: 'Questions, and the scenarios that answer them: each runs by its name.',
    },
    { title: 'Gallery', path: 'gallery/index.html', says: 'Charts of the reports, with commands that draw them.' },
    {
      title: 'Decisions',
      path: 'decisions/index.html',
      says: 'What was chosen, what else there was, and what it costs.',
    },
  ];
  const trust = [
    {
      title: 'Fidelity',
      path: 'fidelity.html',
      says: `${said('docs/fidelity.md', /^\d+ of \d+ judged figures of [^.]*(?=\.$)/m)} with recordings of a real control plane.`,
    },
    {
      title: 'Theory',
      path: 'theory.html',
      says: `${said('docs/theory.md', /^\d+ values(?=: )/m)} of queueing theory beside what is simulated.`,
    },
    { title: 'Performance', path: 'performance.html', says: 'What is measured, beside what, and what did not help.' },
    {
      title: 'Sampled requests',
      path: 'sampled.html',
      says: 'Long runs that count most requests in expectation, and their bounds.',
    },
  ];
  const html = `<h1>A wave tank for Kubernetes clusters</h1>
<p class="lead">${escaped(
    said('README.md', /(?<=wavetank does that to Kubernetes clusters: )a discrete-event simulator[^.]*\./)
      .replace(/^a/, 'A')
      .replaceAll('\n', ' '),
  )}</p>
<pre tabindex="0"><code>npm ci
npm start</code></pre>
<p>This loses a zone of a shop in the middle of a rollout, and draws what that costs its users:</p>
<p><img src="images/shop-zone-loss.png" alt="What losing a zone in the middle of a rollout costs the users of a shop" width="1920" height="1080"></p>
<h2 id="course">The course</h2>
<p>${course.length} parts, each of a few guides. Commands in them are tests of the program.</p>
${cards(path, parts)}
<h2 id="reference">Reference</h2>
${cards(path, reference)}
<h2 id="trust">How far to trust it</h2>
${cards(path, trust)}`;
  return { path, title: 'wavetank', html, wide: true };
}

export function decisionIndex(decisions: readonly Link[]): Page {
  const items = decisions.map(
    ({ title, path }) => `<li><a href="${relativeTo('decisions/index.html', path)}">${escaped(title)}</a></li>`,
  );
  const html = `<h1>Decisions</h1>
<p>What is expensive to reverse, or will be asked about: what was chosen, what else there was, what it costs, and dead ends with their numbers.</p>
<ul class="plain">
${items.join('\n')}
</ul>`;
  return { path: 'decisions/index.html', title: 'Decisions', html, section: 'Project', from: 'docs/decisions' };
}

export function scenarioIndex(scenarios: readonly (Link & { readonly question: string })[]): Page {
  const rows = scenarios.map(
    ({ title, path, question }) =>
      `<tr><td><a href="${relativeTo('scenarios/index.html', path)}"><code>${escaped(title)}</code></a></td><td>${escaped(question)}</td></tr>`,
  );
  const html = `<h1>Packaged scenarios</h1>
<p>Each is a question; its expectations are the answer in numbers. <code>wavetank run NAME</code> runs one from anywhere, <code>wavetank list scenarios</code> lists them.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Packaged scenarios"><table>
<thead><tr><th>scenario</th><th>question</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody></table></div>`;
  return { path: 'scenarios/index.html', title: 'Packaged scenarios', html, section: 'Reference', from: 'scenarios' };
}

/** The versions, the newest first, each with its pages. */
export function referenceIndex(
  versions: readonly { readonly version: string; readonly pages: readonly Link[] }[],
): Page {
  const path = 'reference/index.html';
  const lists = versions.map(
    (
      { version, pages },
      at,
    ) => `<h2 id="${escaped(version)}">${escaped(version)}${at === 0 ? ' <span class="muted">(this one)</span>' : ''}</h2>
<ul>
${pages.map((page) => `<li><a href="${relativeTo(path, page.path)}">${escaped(page.title)}</a></li>`).join('\n')}
</ul>`,
  );
  const html = `<h1>Reference, by version</h1>
<p>What the command line, scenario files and columns of results were in each version: the public interface, which follows Semantic Versioning.</p>
${lists.join('\n')}`;
  return { path, title: 'Reference, by version', html, section: 'Reference', from: 'docs/reference' };
}
