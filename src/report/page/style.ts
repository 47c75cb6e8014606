/** The page's stylesheet: system fonts, the same variables for light and dark, and tables that scroll inside their own box. */

type Rgb = readonly [red: number, green: number, blue: number];

const steps = 10;
const ramps: Record<'light' | 'dark', readonly [low: Rgb, high: Rgb]> = {
  light: [
    [233, 239, 246],
    [8, 62, 125],
  ],
  dark: [
    [32, 40, 51],
    [142, 200, 255],
  ],
};

const mixed = ([low, high]: readonly [Rgb, Rgb], share: number): Rgb =>
  low.map((from, index) => Math.round(from + (high[index]! - from) * share)) as unknown as Rgb;

const luminance = (rgb: Rgb): number => {
  const [r, g, b] = rgb.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
};

/** Black or white, whichever has more contrast on a colour (WCAG 2.2, relative luminance). */
const ink = (rgb: Rgb): string => ((luminance(rgb) + 0.05) / 0.05 > 1.05 / (luminance(rgb) + 0.05) ? '#000' : '#fff');
const css = ([r, g, b]: Rgb): string => `rgb(${r},${g},${b})`;
const step = (share: number): number => Math.round(share * steps);

/** Fill of a heat-map cell for a share in [0, 1]. */
export const heatFill = (share: number): string =>
  `var(--heat-${step(share)}, ${css(mixed(ramps.light, step(share) / steps))})`;

/** Readable text colour on that fill. */
export const heatInk = (share: number): string =>
  `var(--heat-ink-${step(share)}, ${ink(mixed(ramps.light, step(share) / steps))})`;

const heat = (mode: 'light' | 'dark'): string =>
  Array.from({ length: steps + 1 }, (_, index) => {
    const rgb = mixed(ramps[mode], index / steps);
    return `--heat-${index}:${css(rgb)};--heat-ink-${index}:${ink(rgb)};`;
  }).join('');

const light = `--surface:#fff;--raised:#f5f7f9;--ink:#1b1f24;--muted:#56606b;--line:#d5dae1;--shade:#a9b1bb;--accent:#0b5cad;--warn:#a63c00;--good:#0c6b46;
--series-0:#0069b0;--series-1:#b84a00;--series-2:#007a57;--series-3:#8b3a8f;--series-4:#86690a;--series-5:#4b5666;${heat('light')}`;
const dark = `--surface:#14181d;--raised:#1c2229;--ink:#e4e8ec;--muted:#9ba6b2;--line:#343c46;--shade:#5a6673;--accent:#6db6ff;--warn:#ff9d5c;--good:#58c996;
--series-0:#5fb4f5;--series-1:#ff9650;--series-2:#3fcb9c;--series-3:#dc92de;--series-4:#e0bf4a;--series-5:#b5c0cd;${heat('dark')}`;

/** The text of the page's one style element. */
export const stylesheet = `
:root{color-scheme:light dark;${light}}
@media(prefers-color-scheme:dark){:root{${dark}}}
*{box-sizing:border-box}
body{margin:0;background:var(--surface);color:var(--ink);font:16px/1.5 system-ui,sans-serif;overflow-wrap:break-word}
main,header,footer{max-width:1680px;margin:0 auto;padding:0 clamp(16px,1.5vw,32px)}
header{padding-top:32px}
h1{font-size:clamp(1.35rem,1rem + 1.6vw,2.1rem);line-height:1.2;margin:.1em 0 .5em;max-width:34em;text-wrap:balance}
h2{font-size:1.3rem;margin:2.6em 0 .5em;padding-top:.7em;border-top:1px solid var(--line)}
h3{font-size:1rem;margin:1.6em 0 .4em}
p,figcaption,li{max-width:78ch}
.eyebrow{margin:0;color:var(--muted);font-size:.9rem}
.answer{display:grid;gap:.5em;max-width:1040px;margin:1.2em 0 0}
.answer div{display:grid;grid-template-columns:10em 1fr;gap:0 1em;padding-top:.5em;border-top:1px solid var(--line)}
.answer dt{font-weight:600}.answer dd{margin:0;max-width:78ch}
.note,figcaption,.legend{color:var(--muted);font-size:.9rem}
nav{display:flex;flex-wrap:wrap;gap:.2em 1.1em;font-size:.9rem;margin:1.2em 0 0}
a{color:var(--accent)}
code{font:.9em ui-monospace,monospace;overflow-wrap:anywhere}
figure{margin:1em 0}
figcaption{margin-top:.6em}
figure h3{margin:.6em 0 .3em}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,400px),1fr));gap:20px 32px;align-items:start}
.plot{display:block;width:100%;height:auto;font-variant-numeric:tabular-nums}
.plot text{white-space:pre}
.plot [aria-label$=grid]{stroke:var(--line);stroke-opacity:1}
.sequence{display:block;margin:4px}
.sequence text{white-space:pre;font-variant-numeric:tabular-nums}
.scroll{overflow-x:auto;width:fit-content;max-width:100%;margin:.6em 0;border:1px solid var(--line);border-radius:6px;background:linear-gradient(to left,var(--surface) 40%,transparent) 100% 0/48px 100% no-repeat local,linear-gradient(to left,var(--shade),transparent) 100% 0/20px 100% no-repeat scroll}
.scroll:focus-visible{outline:2px solid var(--accent)}
table{border-collapse:separate;border-spacing:0;font-size:.9rem;font-variant-numeric:tabular-nums}
th,td{padding:6px 10px;border-bottom:1px solid var(--line);text-align:right;vertical-align:top;white-space:nowrap}
tbody tr:last-child>*{border-bottom:0}
tbody:empty::after{content:'nothing to show';padding:6px 10px;color:var(--muted)}
thead th,thead td{color:var(--muted);font-weight:600;vertical-align:bottom}
thead th[scope=colgroup]{color:var(--ink);text-align:left;border-left:1px solid var(--line)}
tbody th{text-align:left;font-weight:600}
thead td:first-child,tbody th:first-child,.plain thead th:first-child{position:sticky;left:0;background:var(--surface);border-right:1px solid var(--line);z-index:1;text-align:left}
tbody th:first-child{min-width:5.4em;max-width:15em;white-space:normal;overflow-wrap:break-word}
.main{font-size:.86rem}
.main td,.main th{padding-inline:4px}
.main td small{font-size:.72rem}
.main thead th{font-size:.82rem}
.main thead th[scope=col]{white-space:normal;min-width:3.6em;text-wrap:balance}
.main .first{border-left:1px solid var(--line)}
.main .words{text-align:left;white-space:normal;min-width:8em}
.main td.words b{font-weight:400}
td b{display:block;font-weight:600}
td small{display:block;color:var(--muted);font-size:.78rem}
td.warn b{color:var(--warn)}
td.muted b{color:var(--muted);font-weight:400}
.plain td{text-align:left;white-space:normal;min-width:4.5em;max-width:44em;overflow-wrap:break-word}
.plain td:nth-child(2):last-child{min-width:12em;overflow-wrap:anywhere}
.plain td div{white-space:nowrap}
.plain thead th{text-align:left}
td.heat b,td.heat small{color:inherit}
tbody tr:hover>:not(.heat){background:var(--raised)}
.legend{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,300px),1fr));gap:.3em 1.6em;margin:1em 0}
.legend dt,.legend dd{display:inline;margin:0}
.legend dt{font-weight:600;color:var(--ink);margin-right:.5em}
details{margin:.35em 0}
summary{cursor:pointer;color:var(--accent)}
h1{overflow-wrap:anywhere}
main>section>.fold{margin:0;border-top:1px solid var(--line)}
.fold>summary{padding:.45em 0;color:var(--ink)}
.fold>summary h2{display:inline;margin:0;padding:0;border:0;font-size:1.05rem}
.fold[open]>summary h2{font-size:1.3rem}
.fold>div{padding-bottom:1.6em}
.plain-answer{font-size:1.12rem;max-width:70em;margin:.2em 0 .9em}
.lead{display:grid;gap:16px 32px;grid-template-columns:minmax(0,1fr);align-items:start}
@media(min-width:1000px){.lead{grid-template-columns:minmax(0,1.25fr) minmax(0,1fr)}}
.bars{width:100%;border-collapse:collapse;font-size:.86rem}
.bars caption{text-align:left;color:var(--muted);padding-bottom:.3em}
.bars th,.bars td{padding:1px 6px 1px 0;border:0;vertical-align:middle;line-height:1.3}
.bars tbody tr>th[scope=rowgroup]{padding-top:.55em;font-size:.92rem;font-weight:600;border:0;max-width:none}
.bars tbody th[scope=row]{font-weight:400;overflow-wrap:anywhere;border:0;max-width:14em;min-width:12.5em;width:1%;position:static}
.bars td.number{text-align:left;width:1%;color:var(--muted)}
.bars td.number b{display:inline;color:var(--ink)}
.bars .rail{display:block;print-color-adjust:exact;position:relative;height:.85em;min-width:60px;background:linear-gradient(var(--accent),var(--accent)) 0/var(--at) 100% no-repeat,var(--raised)}
.bars .rail::after{content:'';position:absolute;left:var(--low);right:calc(100% - var(--high));top:50%;margin-top:-1px;border-top:2px solid var(--ink)}
.cards{display:grid;gap:12px}
.card{padding:10px 14px;background:var(--raised);border-radius:8px;font-size:.86rem}
.card h2{border:0;margin:0;padding:0;font-size:1.05rem}
.card p{margin:.15em 0 .35em;color:var(--muted)}
.card dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.15em .8em;margin:0}
.card dt{font-weight:600}.card dd,.card p,.plain-answer{overflow-wrap:anywhere}.card dd{margin:0;font-variant-numeric:tabular-nums}
.how-sure{font-size:.9rem;max-width:none;margin:.9em 0 .4em}
.question{margin-bottom:1em}
.shows{display:flex;flex-wrap:wrap;gap:.2em 1.2em;font-size:.9rem;max-width:none}
.wide thead tr>*{position:sticky;top:0;background:var(--surface);z-index:2}
.wide thead tr:nth-child(2)>*{top:2.1em}
.wide thead td:first-child{z-index:3}
.scroll:has(>.wide){max-height:85vh;overflow:auto}
.sort{all:unset;cursor:pointer}.sort:focus-visible{outline:2px solid var(--accent);outline-offset:2px}.sort:hover{text-decoration:underline}
[aria-sort=ascending] .sort::after{content:' ▲'}[aria-sort=descending] .sort::after{content:' ▼'}
.holds{color:var(--good)}.breaks{color:var(--warn);font-weight:600}
.keys{display:flex;flex-wrap:wrap;gap:.2em 1.4em;max-width:none}
.key{display:inline-block;vertical-align:middle;margin-right:4px}
footer{padding-block:2em 3em;color:var(--muted);font-size:.85rem}
@media(max-width:600px){.card dl{grid-template-columns:1fr}.card dd{margin-bottom:.3em}
.bars tr{position:relative}.bars td.rails{position:absolute;inset:auto 0 2px;padding:0}.bars .rail{height:.5em}.bars tr:has(.rail)>:not(.rails){padding-bottom:1em}.bars tbody th[scope=row]{width:47%;min-width:0;max-width:none}.bars td.number{font-size:.8rem;text-align:right;width:53%;padding-right:0}
summary{padding-block:.35em}nav{gap:0 1.3em}nav a{padding-block:.3em}.sort{padding-block:.4em}.downloads a,.shows label{padding-block:.4em}
.scroll>.plot{min-width:780px}body{font-size:15px}th,td{padding-inline:7px}tbody th:first-child{max-width:8.4em}.answer div{grid-template-columns:1fr}figure .plots{gap:16px}}
${[0, 1, 2, 3, 4, 5].map((i) => `section:has(#shows-group-${i}:not(:checked)) .group-${i}`).join(',')}{display:none}
section:has(#shows-small:not(:checked)) .wide small{display:none}
@media print{@page{size:A4 landscape;margin:12mm}:root{color-scheme:light;${light}}body{font-size:10pt}nav,.shows,.bar,.skip,.copy,.downloads{display:none}.scroll{overflow:visible;max-height:none;width:100%;border:0}thead{display:table-header-group}thead th,thead td{position:static!important}tr,figure,.card{break-inside:avoid}
.main{font-size:8pt}.main td small,.main thead th{font-size:7pt}.wide{font-size:6.2pt;table-layout:auto}.wide td small,.wide thead th{font-size:5.2pt}.wide th,.wide td{padding:1px 2px;white-space:normal}
.heat,.key,.swatch{print-color-adjust:exact}.plot{max-height:140mm}
.fold>summary{list-style:none;break-after:avoid}.fold::details-content{content-visibility:visible;display:block;block-size:auto}h2,h3,summary{break-after:avoid}
details:not([open],.fold)>summary::after{content:' (folded: not printed; open it on the page, then print)';color:var(--muted)}a{color:inherit;text-decoration:none}}
`;
