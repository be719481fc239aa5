// HTML text from data: everything that is put in is escaped, except what is HTML already.

export interface Html {
  readonly html: string;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character]);
}

/** Marks text as HTML. Only for text that this program has made. */
export function raw(html: string): Html {
  return { html };
}

/** A template: strings and numbers are escaped, HTML and lists of it are put in as they are. */
export function html(
  parts: TemplateStringsArray,
  ...values: readonly (string | number | Html | readonly Html[])[]
): Html {
  let all = parts[0];
  for (const [at, value] of values.entries()) all += toHtml(value) + parts[at + 1];
  return raw(all);
}

function toHtml(value: string | number | Html | readonly Html[]): string {
  if (typeof value === 'string') return escapeHtml(value);
  if (typeof value === 'number') return String(value);
  return 'html' in value ? value.html : value.map((one) => one.html).join('');
}
