// Drawings become SVG by ECharts and PNG by resvg.
import { renderAsync } from '@resvg/resvg-js';
import { LineChart } from 'echarts/charts';
import { GraphicComponent, GridComponent } from 'echarts/components';
import { init, setPlatformAPI, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { Drawing } from './drawing.ts';
import { fontFiles } from './fonts.ts';
import { html } from './html.ts';
import { ink, textWidth, WIDTH } from './theme.ts';

use([LineChart, GridComponent, GraphicComponent, SVGRenderer]);
// There is no canvas to measure text with.
setPlatformAPI({
  measureText: (text: string, font?: string) => {
    const size = Number(/(\d+(?:\.\d+)?)px/.exec(font ?? '')?.[1] ?? 12);
    return { width: textWidth(text, size, /bold/.test(font ?? '')) };
  },
});

/** Pixels of a PNG to one of the SVG: 1920 wide, as slides are. */
const ZOOM = 2;

/**
 * The drawing as SVG text that stands alone; `name` keeps its ids apart from those of other charts on one page. `made` says of which version and
 * command it is, in the description of the SVG: a figure in a paper can be made again.
 */
export function toSvg(drawing: Drawing, name: string, made?: string): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: drawing.height });
  try {
    chart.setOption({ ...drawing.option });
    const svg = chart
      .renderToSVGString()
      // Classes are for hovering, which a silent chart does not have; their numbers go on from chart to chart.
      .replaceAll(/<style[^>]*>[^]*?<\/style>/g, '')
      .replaceAll(/ class="zr\d+-cls-\d+"/g, '')
      .replaceAll(/\bzr\d+-/g, `${name}-`)
      .replaceAll(
        '<image ',
        '<image preserveAspectRatio="none" image-rendering="optimizeSpeed" style="image-rendering:pixelated" ',
      );
    return made === undefined
      ? svg
      : svg.replace(/<svg [^>]*>/, (opened) => `${opened}${html`<desc>${made}</desc>`.html}`);
  } finally {
    // Without this ECharts keeps the process alive.
    chart.dispose();
  }
}

/** What a chart says of how it was made. */
export function madeBy({ version, reproduce }: { readonly version: string; readonly reproduce: string }): string {
  return `wavetank ${version}: ${reproduce}`;
}

/** The SVG as a PNG of twice its size on white. */
export async function toPng(svg: string): Promise<Uint8Array> {
  const image = await renderAsync(svg, {
    background: ink.background,
    fitTo: { mode: 'zoom', value: ZOOM },
    font: { fontFiles: fontFiles(), loadSystemFonts: false, defaultFontFamily: 'DejaVu Sans' },
  });
  return image.asPng();
}
