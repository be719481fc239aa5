// The page: takes frames as they come, and shows the moment at which the hand of the time bar stands.
import { type Coloring, colorings, Colors } from '../coloring.ts';
import type { Selection } from '../find.ts';
import { Moment } from '../moment.ts';
import { fittingSpeed, Playback } from '../playback.ts';
import { Recording } from '../recording.ts';
import { Charts } from './charts.ts';
import { DetailsView } from './details-view.ts';
import { byId, element } from './dom.ts';
import { EventsView } from './events-view.ts';
import { startFinder } from './finder.ts';
import { FlowView } from './flow-view.ts';
import { LiveControls } from './live-controls.ts';
import { NodeTable } from './node-table.ts';
import { readFrames } from './source.ts';
import { readPalette, watchTheme } from './theme.ts';
import { Tiles } from './tiles.ts';
import { TimeBar } from './time-bar.ts';
import { Tooltip } from './tooltip.ts';
import { Totals } from './totals.ts';
import { clockOf } from './words.ts';

/** Milliseconds between two looks at what is text: nobody reads faster. */
const TEXT_EVERY = 200;

const recording = new Recording();
const moment = new Moment(recording);
const playback = new Playback(() => recording);
const clock = (seconds: number): string => clockOf(recording.duration)(seconds);

const seek = (time: number): void => {
  playback.playing = false;
  playback.seek(time);
};

let palette = readPalette();
let coloring: Coloring = 'workload';
let colors = new Colors(recording, coloring);
let chosen: Selection | undefined;
/** Everything is to be drawn again. */
let stale = true;
/** Frames have come. */
let fresh = false;

const tiles = new Tiles(recording, moment);
const totals = new Totals(recording, moment, select);
const charts = new Charts(recording, seek);
const flow = new FlowView(recording, select);
const live = new LiveControls(recording, playback, say);
const timeBar = new TimeBar(recording, playback, live, clock);
const events = new EventsView(recording, seek, clock);
const order = (entry: Readonly<Record<string, unknown>>): void => void live.order({ entry });
const details = new DetailsView({ recording, moment, clock, select, order });
const table = new NodeTable(recording, moment, select);
const tooltip = new Tooltip(recording, moment, tiles);

function select(selection: Selection): void {
  chosen = selection;
  details.choose(selection);
  const node =
    selection.kind === 'node'
      ? selection.row
      : selection.kind === 'pod'
        ? (moment.podNode.values[selection.row] ?? -1)
        : -1;
  tiles.choose(node, palette);
  say(byId('details-title').textContent ?? '');
}

/** For screen readers. */
function say(words: string): void {
  byId('said').textContent = words;
}

function begin(): void {
  const { opening } = recording;
  if (opening === undefined) return;
  const { scenario, seed, program, expect, remarks, duration } = opening;
  const failed = expect.filter(({ pass }) => !pass).length;
  const verdict =
    expect.length === 0
      ? ''
      : failed === 0
        ? ` · all ${expect.length} expectations hold`
        : ` · ${failed} of ${expect.length} expectations failed`;
  byId('title').textContent = scenario;
  byId('subtitle').textContent = `seed ${seed} · wavetank ${program}${verdict}`;
  byId('remarks').replaceChildren(...remarks.map((remark) => element('li', {}, remark)));
  byId('remarks-section').hidden = remarks.length === 0;
  if (duration === null) live.start();
  else playback.speed = fittingSpeed(duration);
}

function draw(): void {
  moment.seek(playback.time);
  if (fresh || stale) {
    colors = new Colors(recording, coloring);
    totals.drawLegend(colors, coloring);
  }
  tiles.draw(palette, colors, stale);
  charts.draw(playback.time);
  flow.draw(playback.time, chosen?.kind === 'service' ? chosen.row : -1);
  timeBar.draw();
  byId('now').textContent = clock(playback.time);
  const goes = playback.follows ? recording.pace?.state === 'running' : playback.playing;
  document.body.classList.toggle('playing', goes);
  stale = false;
  fresh = false;
}

function drawTexts(): void {
  totals.draw();
  tiles.describe(totals.sentence());
  events.draw(playback.time);
  details.draw();
  table.draw();
}

let before = performance.now();
let textsBefore = 0;
function loop(now: number): void {
  playback.tick((now - before) / 1000);
  before = now;
  draw();
  if (now - textsBefore >= TEXT_EVERY) {
    textsBefore = now;
    drawTexts();
  }
  requestAnimationFrame(loop);
}

function chooseAt(event: MouseEvent): void {
  const found = tiles.at(event.clientX, event.clientY);
  if (found === undefined) return;
  select(found.pod >= 0 ? { kind: 'pod', row: found.pod } : { kind: 'node', row: found.node });
}

function onTileKey(event: KeyboardEvent): void {
  const { key } = event;
  if (key !== 'ArrowLeft' && key !== 'ArrowRight' && key !== 'ArrowUp' && key !== 'ArrowDown') return;
  event.preventDefault();
  const from = chosen?.kind === 'node' ? chosen.row : -1;
  const node = tiles.next(from, key);
  if (node >= 0) select({ kind: 'node', row: node });
}

function onPause(): void {
  say(`${playback.playing ? 'Playing' : 'Paused'} at ${clock(playback.time)}. ${totals.sentence()}`);
}

async function start(): Promise<void> {
  watchTheme(() => {
    palette = readPalette();
    stale = true;
  });
  startFinder(recording, select);
  byId('tiles').addEventListener('click', chooseAt);
  byId('tiles').addEventListener('keydown', onTileKey);
  byId('play').addEventListener('click', onPause);
  tooltip.start();
  for (const input of document.querySelectorAll<HTMLInputElement>('input[name=coloring]')) {
    input.addEventListener('change', () => {
      coloring = colorings.find((one) => one === input.value) ?? coloring;
      stale = true;
    });
  }
  requestAnimationFrame(loop);
  await readFrames((frame) => {
    recording.append(frame);
    if (frame.opening !== undefined) begin();
    fresh = true;
  });
}

try {
  await start();
} catch (error) {
  const failure = byId('failure');
  failure.textContent = `This page cannot show the run: ${(error as Error).message}`;
  failure.hidden = false;
}
