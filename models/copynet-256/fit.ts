/**
 * Makes weights.json: linear discriminants of pictures against their edits, the leading ones turned at random, and the median of the
 * pictures on each. Features are computed on the backend that PRESEND_BACKEND names, else on the usual one.
 * `node --import tsx models/copynet-256/fit.ts`
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mobilenetV2Mid } from '../../src/classify/nsfwjs.ts';
import { sha256Hex } from '../../src/util/digest.ts';
import { bits, fitted } from './discriminate.ts';
import { featuresOf } from './features.ts';
import { editsEach, fitPictures, fitRenderings } from './pictures.ts';

const pictures = await fitPictures();
const { sets, software } = await featuresOf(pictures, fitRenderings);
const made = `models/copynet-256/fit.ts: ${pictures.length} pictures with ${editsEach} random edits each; ${software}`;
const text = `${JSON.stringify({ made, network: mobilenetV2Mid.sha256, bits, ...fitted(sets) })}\n`;
await writeFile(join(import.meta.dirname, 'weights.json'), text);
const path = join(import.meta.dirname, 'card.json');
const card = JSON.parse(await readFile(path, 'utf8'));
card.hyperplanes.sha256 = sha256Hex(text);
await writeFile(path, `${JSON.stringify(card, null, 2)}\n`);
