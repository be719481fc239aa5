// The field that looks for nodes, pods, workloads and Services by name.
import { find, type Selection } from '../find.ts';
import type { Recording } from '../recording.ts';
import { byId, byIdAs, element, link } from './dom.ts';

const MOST = 12;

/** Calls `select` with what was chosen from the list; Enter takes the first. */
export function startFinder(recording: Recording, select: (selection: Selection) => void): void {
  const field = byIdAs('find', HTMLInputElement);
  const list = byId('found');
  const close = (): void => {
    list.hidden = true;
    list.replaceChildren();
  };
  const choose = (selection: Selection): void => {
    close();
    field.value = '';
    select(selection);
  };
  field.addEventListener('input', () => {
    const found = find(recording, field.value, MOST);
    list.hidden = field.value.trim() === '';
    const items = found.map(({ label, selection }) =>
      element(
        'li',
        {},
        link(label, () => choose(selection)),
      ),
    );
    list.replaceChildren(...(items.length > 0 ? items : [element('li', { class: 'muted' }, 'Nothing has this name.')]));
  });
  byIdAs('find-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    const [first] = find(recording, field.value, 1);
    if (first !== undefined) choose(first.selection);
  });
  byId('find-form').addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    close();
    field.focus();
  });
  document.addEventListener('click', ({ target }) => {
    if (target instanceof Node && !byId('find-form').contains(target)) close();
  });
}
