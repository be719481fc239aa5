// Tables of figures as LaTeX with booktabs: \input{tables} in a document that has \usepackage{booktabs}.
import type { FigureTable } from './figure-tables.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  '&': '\\&',
  '%': '\\%',
  $: '\\$',
  '#': '\\#',
  _: '\\_',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': '\\textquotedbl{}',
  '±': '\\ensuremath{\\pm}',
  µ: '\\ensuremath{\\mu}',
  '×': '\\ensuremath{\\times}',
  '–': '--',
  '…': '\\ldots{}',
  '\u202f': '\\,',
  '\u00a0': '~',
};
const SPECIAL = /[\\{}&%$#_~^<>|"±µ×–…\u202f\u00a0]/g;
/** What neither ASCII nor an escape is: a document without fonts for it would stop. */
const OTHER = /[^\x20-\x7e]/g;

export function latexTables(tables: readonly FigureTable[], label: string): string {
  const head = '% Needs \\usepackage[T1]{fontenc} and \\usepackage{booktabs}.';
  return `${[head, ...tables.map((table, at) => latexTable(table, `tab:${label}-${table.name}${tables.some((other, before) => before < at && other.name === table.name) ? `-${at}` : ''}`))].join('\n\n')}\n`;
}

function latexTable({ caption, heads, right, rows }: FigureTable, label: string): string {
  const line = (cells: readonly string[]) => `    ${cells.map(escaped).join(' & ')} \\\\`;
  return [
    '\\begin{table}',
    '  \\centering',
    `  \\caption{${escaped(caption)}}`,
    `  \\label{${label.replaceAll(/[^A-Za-z0-9:-]/g, '-')}}`,
    `  \\begin{tabular}{${heads.map((_, at) => (right.includes(at) ? 'r' : 'l')).join('')}}`,
    '    \\toprule',
    line(heads),
    '    \\midrule',
    ...rows.map(line),
    '    \\bottomrule',
    '  \\end{tabular}',
    '\\end{table}',
  ].join('\n');
}

function escaped(text: string): string {
  const kept = text.replaceAll(/\s/g, (space) => (space === '\u202f' || space === '\u00a0' ? space : ' '));
  return kept
    .replaceAll(OTHER, (character) => (character in ESCAPES ? character : '?'))
    .replaceAll(SPECIAL, (character) => ESCAPES[character]);
}
