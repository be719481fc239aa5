// What a page does: search, the theme, keys. Everything else works without it.
import MiniSearch from 'minisearch';
import { indexOptions, searchOptions } from '../search-options.ts';

const root = document.body.dataset.root;
const input = document.querySelector('#search');
const found = document.querySelector('#found');
const themeButton = document.querySelector('button.theme');

document.querySelector('.search').hidden = false;
themeButton.hidden = false;

themeButton.addEventListener('click', () => {
  const { documentElement } = document;
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const now = documentElement.dataset.theme ?? (dark ? 'dark' : 'light');
  const next = now === 'dark' ? 'light' : 'dark';
  documentElement.dataset.theme = next;
  try {
    localStorage.setItem('theme', next);
  } catch {
    // The choice holds for this page then.
  }
});

/** The index is a script, as a page in a folder may load one, and no file of data. */
let loading;
function index() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = `${root}assets/search-index.js`;
    script.addEventListener('load', () => resolve(MiniSearch.loadJSON(globalThis.searchIndex, indexOptions)));
    script.addEventListener('error', () => reject(new Error('the search index is not there')));
    document.head.append(script);
  });
  return loading;
}

const MOST = 12;
let selected = -1;

function close() {
  found.hidden = true;
  selected = -1;
  input.setAttribute('aria-expanded', 'false');
  input.removeAttribute('aria-activedescendant');
}

function select(at) {
  const options = [...found.querySelectorAll('[role=option]')];
  if (options.length === 0) return;
  selected = (at + options.length) % options.length;
  for (const [place, option] of options.entries()) option.setAttribute('aria-selected', String(place === selected));
  options[selected].scrollIntoView({ block: 'nearest' });
  input.setAttribute('aria-activedescendant', options[selected].id);
}

function line(kind, text) {
  const element = document.createElement('span');
  element.className = kind;
  element.textContent = text;
  return element;
}

async function search() {
  const words = input.value.trim();
  if (words === '') return close();
  const results = (await index()).search(words, searchOptions).slice(0, MOST);
  if (input.value.trim() !== words) return undefined;
  const options = results.map(({ path, page, heading, text }, at) => {
    const option = document.createElement('a');
    option.href = root + path;
    option.id = `found-${at}`;
    option.setAttribute('role', 'option');
    option.setAttribute('aria-selected', 'false');
    option.tabIndex = -1;
    option.append(line('where', heading), line('page', heading === page ? '' : page), line('text', text));
    return option;
  });
  found.replaceChildren(...(options.length > 0 ? options : [line('none', 'Nothing found')]));
  found.hidden = false;
  input.setAttribute('aria-expanded', 'true');
  select(0);
  return undefined;
}

input.addEventListener('focus', () => void index());
input.addEventListener('input', () => void search());
input.addEventListener('keydown', (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step !== undefined) {
    event.preventDefault();
    select(selected + step);
  } else if (event.key === 'Enter') {
    found.querySelector('[aria-selected=true]')?.click();
  } else if (event.key === 'Escape') {
    input.value = '';
    close();
    input.blur();
  }
});

document.addEventListener('click', (event) => {
  if (!event.target.closest('.search')) close();
});
document.addEventListener('keydown', (event) => {
  const typing = /^(?:INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? '');
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === '/') {
    event.preventDefault();
    input.focus();
  } else if (event.key === 'Escape' && location.hash === '#navigation') {
    location.hash = '#content';
  }
});
