// Texts in lines of a terminal's width, and groups of nodes in few words.

/** `w-3`, `w-3, w-7`, `w-3 and 11 others`. */
export function nodesText(nodes: readonly string[]): string {
  if (nodes.length <= 2) return nodes.join(', ');
  return `${nodes[0]} and ${nodes.length - 1} others`;
}

/** Breaks at blanks. */
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
