// Elements made of texts: names from a scenario never become markup.

type Child = Node | string;

interface Attributes {
  readonly class?: string;
  readonly title?: string;
  /** By what its place is found again when its surroundings are made anew. */
  readonly key?: string;
  readonly onClick?: () => void;
}

/** An element of the skeleton. Throws an Error where it is missing. */
export function byId(id: string): HTMLElement {
  return byIdAs(id, HTMLElement);
}

/** One of a kind, such as HTMLInputElement. */
export function byIdAs<E extends HTMLElement>(id: string, kind: new () => E): E {
  const found = document.querySelector(`#${id}`);
  if (found instanceof kind) return found;
  throw new Error(`the page has no ${kind.name} #${id}`);
}

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  { class: classes, title, key, onClick }: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  if (classes !== undefined) made.className = classes;
  if (title !== undefined) made.title = title;
  if (key !== undefined) made.dataset['key'] = key;
  if (onClick !== undefined) made.addEventListener('click', onClick);
  made.append(...children);
  return made;
}

/** A button that looks like a link. */
export function link(text: string, onClick: () => void, key = text): HTMLButtonElement {
  const made = element('button', { class: 'link', key, onClick }, text);
  made.type = 'button';
  return made;
}

const SVG = 'http://www.w3.org/2000/svg';

export function svg(
  tag: string,
  attributes: Readonly<Record<string, string | number>> = {},
  ...children: readonly Child[]
): SVGElement {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

/** Puts other children into an element; whatever of them had the focus has it again if it is still there, by its key. */
export function refill(parent: Element, ...children: readonly Child[]): void {
  const focused = document.activeElement;
  const key = focused instanceof HTMLElement && parent.contains(focused) ? focused.dataset['key'] : undefined;
  parent.replaceChildren(...children);
  if (key === undefined) return;
  const again = [...parent.querySelectorAll<HTMLElement>('[data-key]')].find((one) => one.dataset['key'] === key);
  again?.focus({ preventScroll: true });
}
