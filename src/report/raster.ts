// Small images as data URLs: a heat map of any size is one picture, not a hundred thousand rectangles.
import { encode } from 'fast-png';

export type Color = readonly [red: number, green: number, blue: number];

/** A colour for a level of 0..1 on a scale that is pale at 0 and dark at 1. */
export function shadeOf(level: number): Color {
  const stops: readonly Color[] = [
    [239, 244, 250],
    [173, 205, 230],
    [86, 154, 205],
    [24, 100, 170],
    [8, 40, 90],
  ];
  const at = Math.min(1, Math.max(0, level)) * (stops.length - 1);
  const low = stops[Math.floor(at)];
  const high = stops[Math.ceil(at)];
  const mix = (channel: 0 | 1 | 2) => Math.round(low[channel] + (high[channel] - low[channel]) * (at % 1));
  return [mix(0), mix(1), mix(2)];
}

/** A PNG of width × height pixels; `colorAt` answers undefined where the picture is transparent. */
export function raster(width: number, height: number, colorAt: (x: number, y: number) => Color | undefined): string {
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const color = colorAt(x, y);
      if (color === undefined) continue;
      data.set(color, (y * width + x) * 4);
      data[(y * width + x) * 4 + 3] = 255;
    }
  }
  const png = encode({ width, height, data, channels: 4, depth: 8 });
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
}
