// Texts in lines of a terminal's width, and groups of nodes in few words.
import { table } from './table.ts';

/** `w-3`, `w-3, w-7`, `w-3 and 11 others`. */
export function nodesText(nodes: readonly string[]): string {
  if (nodes.length <= 2) return nodes.join(', ');
  return `${nodes[0]} and ${nodes.length - 1} others`;
}

/** Breaks at spaces. */
export function wrap(text: string, width: number): string {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(' ')) {
      if (line !== '' && line.length + 1 + word.length > width) {
        lines.push(line);
        line = word;
      } else {
        line = line === '' ? word : `${line} ${word}`;
      }
    }
    lines.push(line);
  }
  return lines.join('\n');
}

/** A first column as wide as it must be, and texts wrapped beside it. */
export function twoColumns(
  rows: readonly { readonly cells: readonly string[]; readonly text: string }[],
  width: number,
): string {
  const first = Math.max(...rows.map(({ cells }) => cells[0].length));
  const rest = Math.max(24, width - first - 4);
  const lines = rows.flatMap(({ cells, text }) =>
    wrap(text, rest)
      .split('\n')
      .map((line, index) => [`  ${index === 0 ? cells[0] : ''}`, line]),
  );
  return table(['', ''], lines);
}
