/** Harmless words for documents, captions and charts: weather, recipes, the office. */
import type { Rng } from '../../util/rng.ts';

const subjects = [
  'The kettle',
  'Our printer',
  'The weather',
  'Monday',
  'A small cloud',
  'The soup',
  'My umbrella',
  'The garden',
  'The last biscuit',
  'This bicycle',
  'The meeting',
  'The old clock',
  'A good sandwich',
  'The ferry',
  'The cat',
];
const verbs = [
  'is late again',
  'needs more salt',
  'will be fine',
  'turned left at the bakery',
  'sounds like rain',
  'prefers the window',
  'is nearly ready',
  'has been moved to Thursday',
  'looks better in the morning',
  'forgot its keys',
  'smells of cinnamon',
  'waits in the hall',
];
const tails = [
  'and nobody noticed',
  'before lunch',
  'after the second cup',
  'with two spoons of sugar',
  'near the station',
  'as usual',
  'until the bus arrives',
  'in light wind',
  'says the forecast',
  'according to the recipe',
  'on a quiet street',
  'for once',
];
const goods = [
  'Oat bread',
  'Green tea',
  'Tomatoes',
  'Rice 1 kg',
  'Olive oil',
  'Pencils',
  'Yoghurt',
  'Apples',
  'Batteries',
  'Paper A4',
  'Carrots',
  'Soap',
  'Lemon',
  'Flour',
  'Candles',
  'Honey',
  'Stamps',
  'Cheese',
  'Onions',
  'Light bulb',
];
const titles = [
  'Weekly notes',
  'Garden plan',
  'Weather report',
  'Recipe: lentil soup',
  'Minutes of the meeting',
  'Bus timetable',
  'How to water ferns',
  'Invoice',
  'Packing list',
  'House rules',
  'Report on umbrellas',
  'Travel diary',
];
const shops = ['CORNER MARKET', 'BAKERY NORTH', 'PAPER & INK', 'GREEN GROCER', 'CAFE LANTERN', 'TOOL SHED'];
const names = ['Alex', 'Robin', 'Sam', 'Kim', 'Noor', 'Jo', 'Mika', 'Toni'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const things = [
  'rainfall',
  'bread sold',
  'visitors',
  'cups of tea',
  'bicycles',
  'hours of sun',
  'letters',
  'paper used',
];

/** A sentence, with its full stop. */
export const sentence = (rng: Rng): string => `${rng.pick(subjects)} ${rng.pick(verbs)} ${rng.pick(tails)}.`;

/** A short line, as in a chat or on a picture. */
export const shortLine = (rng: Rng): string =>
  rng.int(3) === 0 ? `${rng.pick(verbs)}` : `${rng.pick(subjects)} ${rng.pick(verbs)}`;

/** Upper-case words for the top or bottom of a picture. */
export const caption = (rng: Rng): string =>
  (rng.int(2) === 0
    ? `when ${rng.pick(subjects)} ${rng.pick(verbs)}`
    : `${rng.pick(verbs)} ${rng.pick(tails)}`
  ).toUpperCase();

export const title = (rng: Rng): string => rng.pick(titles);
export const good = (rng: Rng): string => rng.pick(goods);
export const shop = (rng: Rng): string => rng.pick(shops);
export const name = (rng: Rng): string => rng.pick(names);
export const month = (i: number): string => months[i % 12]!;
/** Two different things for a chart to compare. */
export const twoThings = (rng: Rng): string => rng.shuffle(things).slice(0, 2).join(' and ');

/** An amount of money with two decimals. */
export const price = (rng: Rng): string => `${1 + rng.int(40)}.${String(rng.int(100)).padStart(2, '0')}`;

/** Breaks words into lines no wider than a number of pixels. */
export function wrap(text: string, width: number, measure: (line: string) => number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line ? `${line} ${word}` : word;
    if (line && measure(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return line ? [...lines, line] : lines;
}
