// What a page of the browser is asked, as expressions that it evaluates: it has a DOM, which the rest of the project has not.
import type { Page } from 'playwright-core';

export interface Box {
  readonly text: string;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface ChartBoxes {
  readonly name: string;
  readonly box: Box;
  readonly texts: readonly Box[];
  /** Paths, images and bars. */
  readonly marks: number;
}

/** The texts of each chart by where they stand on the screen, in pixels, and the chart's own box. */
export function chartBoxes(page: Page): Promise<ChartBoxes[]> {
  return page.evaluate<ChartBoxes[]>(`(() => {
    const boxOf = (element, text) => {
      const { left, top, right, bottom } = element.getBoundingClientRect();
      return { text, left, top, right, bottom };
    };
    return [...document.querySelectorAll('figure')].map((figure) => {
      const svg = figure.querySelector('svg');
      return {
        name: figure.id,
        box: boxOf(svg, ''),
        texts: [...svg.querySelectorAll('text')].map((one) => boxOf(one, one.textContent)),
        marks: svg.querySelectorAll('path, image, rect, polyline').length,
      };
    });
  })()`);
}

/** Width of the content and of the window, in pixels. */
export function widths(page: Page): Promise<{ content: number; window: number }> {
  return page.evaluate(`({
    content: document.documentElement.scrollWidth,
    window: document.documentElement.clientWidth,
  })`);
}

export interface Colored {
  readonly text: string;
  readonly color: string;
  readonly background: string;
}

/** Colours of every text of the page and its charts. */
export function colors(page: Page): Promise<Colored[]> {
  return page.evaluate<Colored[]>(`(() => {
    const background = getComputedStyle(document.body).backgroundColor;
    return [...document.querySelectorAll('h1, h2, td, th, caption, code, p, li, figure text')]
      .filter((element) => element.textContent.trim() !== '')
      .map((element) => {
        const style = getComputedStyle(element);
        return { text: element.textContent, color: element.closest('svg') ? style.fill : style.color, background };
      });
  })()`);
}

/** Elements that a name must not become. */
export function foreignElements(page: Page): Promise<number> {
  return page.evaluate<number>(`document.querySelectorAll('script, img, iframe, object, foreignObject').length`);
}
