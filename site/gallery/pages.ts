// The gallery: a page of small pictures, and a page of each chart with the command that draws it.
import { dark } from '../../src/report/theme.ts';
import { figure } from '../../src/report/page.ts';
import { adaptColors } from '../../src/report/style.ts';
import { type Card, cards } from '../indexes.ts';
import type { Page } from '../layout.ts';
import { escaped } from '../markdown.ts';
import type { Searchable } from '../search.ts';

export interface GalleryChart {
  readonly name: string;
  /** Of one job, or of many. */
  readonly group: string;
  readonly title: string;
  /** One sentence: what it shows. */
  readonly summary: string;
  readonly svg: string;
  /** Draws it, beside others. */
  readonly command: string;
}

const FOLDER = 'gallery';

/** The chart as a file for a dark page: a picture cannot follow the page that it is in. */
function darkened(svg: string): string {
  let text = adaptColors(svg);
  for (const [name, color] of Object.entries(dark)) text = text.replaceAll(`var(--${name})`, color);
  return text;
}

export function galleryPages(charts: readonly GalleryChart[]): {
  readonly pages: readonly Page[];
  readonly searchable: readonly Searchable[];
  readonly files: ReadonlyMap<string, string>;
} {
  const pathOf = ({ name }: GalleryChart): string => `${FOLDER}/${name}.html`;
  const cardOf = (chart: GalleryChart): Card => {
    const picture = (file: string, kind: string) =>
      `<img class="${kind}" src="${file}" alt="" width="960" height="540" loading="lazy">`;
    const both = picture(`${chart.name}.svg`, 'in-light') + picture(`${chart.name}.dark.svg`, 'in-dark');
    return { title: chart.name, path: pathOf(chart), says: chart.summary, picture: both };
  };
  const groups = [...new Set(charts.map(({ group }) => group))];
  const path = `${FOLDER}/index.html`;
  const lists = groups.map((group) => {
    const own = charts.filter((chart) => chart.group === group);
    return `<h2 id="${group.toLowerCase().replaceAll(' ', '-')}">${escaped(group)}</h2>\n${cards(path, own.map(cardOf), 'gallery')}`;
  });
  const index: Page = {
    path,
    title: 'Gallery',
    section: 'Reference',
    wide: true,
    html: `<h1>Gallery</h1>
<p>Every chart of the report of a job, and of reports of many jobs the usual ones. A report has those for which its run has something to show; each page below names a command whose report has the chart.
Charts of one job are drawn here from made-up results, which have something of everything.</p>
${lists.join('\n')}`,
  };
  const pages = charts.map((chart, at): Page => {
    const link = (other: GalleryChart | undefined) =>
      other === undefined ? undefined : { title: other.name, path: pathOf(other) };
    return {
      path: pathOf(chart),
      title: chart.name,
      section: 'Gallery',
      html: `<h1>${escaped(chart.name)}</h1>
<p class="lead">${escaped(chart.summary)}</p>
${figure({ name: chart.name, title: chart.title, svg: chart.svg }).html}
<p>A report that has it, and the picture as a file: <a href="${chart.name}.svg">SVG</a>.</p>
<pre tabindex="0"><code>${escaped(chart.command)}</code></pre>
<p><a href="index.html">All charts</a></p>`,
      before: link(charts[at - 1]),
      after: link(charts[at + 1]),
    };
  });
  const files = new Map(
    charts.flatMap(({ name, svg }) => [
      [`${FOLDER}/${name}.svg`, svg],
      [`${FOLDER}/${name}.dark.svg`, darkened(svg)],
    ]),
  );
  const searchable = charts.map((chart) => ({
    path: pathOf(chart),
    title: 'Gallery',
    passages: [{ id: '', heading: chart.name, text: chart.summary }],
  }));
  return { pages: [index, ...pages], searchable, files };
}
