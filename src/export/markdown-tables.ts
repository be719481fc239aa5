// Tables of figures as Markdown, as GitHub, GitLab and pandoc read it.
import type { FigureTable } from './figure-tables.ts';

export function markdownTables(tables: readonly FigureTable[]): string {
  return `${tables.map(markdownTable).join('\n\n')}\n`;
}

function markdownTable({ caption, heads, right, rows }: FigureTable): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = heads.map((_, at) => (right.includes(at) ? '---:' : '---'));
  return [plain(caption), '', line(heads.map(plain)), line(rule), ...rows.map((row) => line(row.map(plain)))].join(
    '\n',
  );
}

/** Text that stays text: nothing in a name can become markup, a link or a cell. */
function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_[\]<>|#!~&]/g, (character) => `\\${character}`);
}
