// Shapes at pixel positions: text, rectangles, lines, and the heading and legend of a chart made of them.
import { fitText, FONT, ink, MARGIN, SIZE, textWidth, WIDTH } from './theme.ts';

/** A shape drawn at pixel positions, in the form of ECharts' graphic component. */
export type Shape = Readonly<Record<string, unknown>>;

export interface LegendEntry {
  readonly name: string;
  readonly color: string;
  readonly opacity?: number;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface TextStyle {
  readonly size?: number;
  readonly bold?: boolean;
  readonly fill?: string;
  readonly align?: 'left' | 'right' | 'center';
}

/** One line of text; y is its middle. */
export function text(content: string, x: number, y: number, style: TextStyle = {}): Shape {
  return {
    type: 'text',
    silent: true,
    z: 20,
    x,
    y,
    style: {
      text: content,
      fill: style.fill ?? ink.muted,
      fontSize: style.size ?? SIZE.small,
      fontWeight: style.bold === true ? 'bold' : 'normal',
      fontFamily: FONT,
      align: style.align ?? 'left',
      verticalAlign: 'middle',
    },
  };
}

export function rect(box: Box, fill: string, opacity = 1, z = 1): Shape {
  const { left: x, top: y, width, height } = box;
  return { type: 'rect', silent: true, z, shape: { x, y, width, height }, style: { fill, opacity } };
}

/** A line from top to bottom, or from left to right; dashed lines are thin and pale. */
export function line(
  from: readonly [number, number],
  to: readonly [number, number],
  stroke: string,
  dashed = false,
): Shape {
  const style = dashed ? { stroke, lineWidth: 1, lineDash: [4, 4], opacity: 0.6 } : { stroke, lineWidth: 1 };
  return { type: 'line', silent: true, z: 1, shape: { x1: from[0], y1: from[1], x2: to[0], y2: to[1] }, style };
}

type Point = readonly [x: number, y: number];

/** A line through points. */
export function polyline(points: readonly Point[], stroke: string, width = 2): Shape {
  const style = { stroke, lineWidth: width, fill: 'none', lineJoin: 'round' };
  return { type: 'polyline', silent: true, z: 6, shape: { points }, style };
}

/** A filled area. */
export function polygon(points: readonly Point[], fill: string, opacity: number): Shape {
  return { type: 'polygon', silent: true, z: 5, shape: { points }, style: { fill, opacity } };
}

/** A filled circle. */
export function dot([cx, cy]: Point, r: number, fill: string): Shape {
  return { type: 'circle', silent: true, z: 7, shape: { cx, cy, r }, style: { fill } };
}

/** Title and subtitle. Returns where they end. */
export function heading(shapes: Shape[], title: string, subtitle: string): number {
  const room = WIDTH - 2 * MARGIN;
  shapes.push(
    text(fitText(title, room, SIZE.title, true), MARGIN, 30, { size: SIZE.title, bold: true, fill: ink.text }),
    text(fitText(subtitle, room, SIZE.body), MARGIN, 54, { size: SIZE.body }),
  );
  return 70;
}

/** Swatches and names in rows. Returns where they end. */
export function drawLegend(shapes: Shape[], entries: readonly LegendEntry[], top: number): number {
  if (entries.length === 0) return top;
  let x = MARGIN;
  let y = top + 10;
  for (const { name, color, opacity } of entries) {
    const label = fitText(name, WIDTH / 2, SIZE.body);
    const width = 20 + textWidth(label, SIZE.body) + 20;
    if (x + width > WIDTH - MARGIN + 20 && x > MARGIN) {
      x = MARGIN;
      y += 22;
    }
    shapes.push(rect({ left: x, top: y - 6, width: 14, height: 12 }, color, opacity ?? 1, 3));
    shapes.push(text(label, x + 20, y, { size: SIZE.body, fill: ink.text }));
    x += width;
  }
  return y + 16;
}
