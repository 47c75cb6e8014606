/** The contact sheet: generated pictures, and what their hashes give back. */
import type { HashLeakageMetrics } from '../../schema/hash-leakage-metrics.ts';
import type { HashLeakSource } from '../../schema/hash-leakage-rows.ts';
import { scroll } from '../page/blocks.ts';
import { type Html, html } from '../page/html.ts';
import { sourceName } from './words.ts';

/** Pixels a side at which a thumbnail of 32 × 32 is shown. */
const shownSide = 96;

const picture = (base64: string, alt: string): Html =>
  html`<img src="data:image/png;base64,${base64}" alt="${alt}" width="${shownSide}" height="${shownSide}" style="image-rendering:pixelated;display:block">`;

/** One sheet a source, a row a picture, a pair of columns a hash; empty where nothing was shown. */
export function contactSheet(metrics: HashLeakageMetrics, source: HashLeakSource): Html | '' {
  const shown = metrics.shown.filter((each) => each.source === source);
  const first = shown[0];
  if (!first) return '';
  const name = sourceName(metrics, source);
  const decibel = (value: number): string => `${value.toFixed(1)} dB`;
  const head = html`<thead><tr><td rowspan="2">topic</td><th scope="col" rowspan="2">thumbnail</th>${first.recovered.map(
    ({ hash }) => html`<th scope="colgroup" colspan="2">${hash}</th>`,
  )}<th scope="col" rowspan="2">mean</th></tr><tr>${first.recovered.map(
    () => html`<th scope="col">from hash</th><th scope="col">nearest</th>`,
  )}</tr></thead>`;
  const rows = shown.map(
    ({ topic, original, mean, recovered }) =>
      html`<tr><th scope="row">${topic}</th><td>${picture(original, `${topic}, as it is`)}</td>${recovered.map(
        ({ hash, ridge, nearest, ridgeDb, nearestDb }) =>
          html`<td>${picture(ridge, `${topic}, decoded from its ${hash}`)}<small>${decibel(ridgeDb)}</small></td><td>${picture(nearest, `gallery picture with the nearest ${hash}`)}<small>${decibel(nearestDb)}</small></td>`,
      )}<td>${picture(mean, 'mean of the gallery')}</td></tr>`,
  );
  return html`<h3>Contact sheet: ${name}</h3>
<p class="note">Test pictures, one of each topic in turn and not picked by result: the 32 × 32 thumbnail, what the ridge decoder makes of each hash, the gallery picture with the
nearest hash, and the mean of the gallery, which needs no hash. Generated pictures only; below each its PSNR.</p>
${scroll(`Contact sheet of ${name}`, html`<table>${head}<tbody>${rows}</tbody></table>`)}`;
}
