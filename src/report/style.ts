// The style sheet of the page: light and dark, on a screen and on A4.
import { dark, FONT, hue, ink } from './theme.ts';

const light: Readonly<Record<keyof typeof dark, string>> = { ...ink, ...hue };

const variables = (colors: Readonly<Record<string, string>>) =>
  Object.entries(colors)
    .map(([name, color]) => `--${name}:${color}`)
    .join(';');

/** Colours of a chart's SVG as variables of the page, so that the chart follows its scheme. */
export function adaptColors(svg: string): string {
  let adapted = svg;
  for (const [name, color] of Object.entries(light)) {
    adapted = adapted.replaceAll(new RegExp(`(fill|stroke)(=")${color}(?=")`, 'gi'), `$1$2var(--${name})`);
    adapted = adapted.replaceAll(new RegExp(`(fill|stroke)(:)${color}(?=[;"])`, 'gi'), `$1$2var(--${name})`);
  }
  return adapted;
}

/** Heat maps are pictures, so a dark page turns their lightness over and keeps their hue. */
export const styleSheet = `
:root{color-scheme:light dark;${variables(light)}}
@media (prefers-color-scheme:dark){:root{${variables(dark)}}}
@media screen and (prefers-color-scheme:dark){figure image{filter:invert(.91) hue-rotate(180deg)}}
@media print{:root{color-scheme:light;${variables(light)}}}
*{box-sizing:border-box}
body{margin:0 auto;padding:2rem 1.5rem 4rem;max-width:64rem;background:var(--background);color:var(--text);
font:16px/1.5 system-ui,${FONT};overflow-wrap:anywhere}
h1{font-size:1.9rem;line-height:1.2;margin:0 0 .25rem}
h2{font-size:1.25rem;margin:2.5rem 0 .75rem}
p{margin:.25rem 0}
.muted{color:var(--muted)}
.caveats{margin:1rem 0;padding:.6rem 1rem .6rem 2rem;border-left:4px solid var(--muted)}
table{border-collapse:collapse;width:100%;font-size:.94rem;font-variant-numeric:tabular-nums}
th,td{padding:.3rem .75rem .3rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--grid)}
th{font-weight:600}
a{color:var(--blue)}
.wide{overflow-x:auto}
.wide td{overflow-wrap:normal}
th.number,td.number{text-align:right;white-space:nowrap}
th{overflow-wrap:break-word}
th.heading{white-space:normal}
td.links{min-width:10rem}
td:last-child,th:last-child{padding-right:0}
.narrative{display:grid;grid-template-columns:max-content 1fr;gap:.5rem 1rem;margin:.75rem 0}
.narrative dt{font-variant-numeric:tabular-nums;font-weight:600;border-left:4px solid var(--grey);padding-left:.6rem}
.narrative dt.fault{border-color:var(--red)}.narrative dt.rollout{border-color:var(--blue)}.narrative dt.leader{border-color:var(--pink)}.narrative dt.autoscaler{border-color:var(--green)}
.narrative dd{margin:0}
.narrative a{font-size:.88em}
.figures{columns:3 17rem;column-gap:2.5rem}
.figures table{break-inside:avoid}
.figures caption{text-align:left;font-weight:600;padding:.75rem 0 .25rem}
.pass{color:var(--green);font-weight:600;white-space:nowrap}
.fail{color:var(--red);font-weight:600;white-space:nowrap}
figure{margin:1.5rem 0;border:1px solid var(--grid);border-radius:6px;overflow:hidden}
figure svg{display:block;width:100%;height:auto}
code,pre{font-family:ui-monospace,'DejaVu Sans Mono',Consolas,monospace;font-size:.9em}
pre{padding:.75rem 1rem;border:1px solid var(--grid);border-radius:6px;white-space:pre-wrap}
ul{padding-left:1.25rem}
@page{size:A4;margin:14mm}
@media print{body{max-width:none;padding:0;font-size:10.5pt}table{font-size:9.5pt}.assumed{font-size:7.5pt}.assumed td{padding-top:.1rem;padding-bottom:.1rem}figure,tr{break-inside:avoid}.figures{columns:2}
h2{break-after:avoid}figure{margin:1rem 0}}
`;
