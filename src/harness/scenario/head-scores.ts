/**
 * What a head says of every file that is sent, until the strategies run. One file for the run, with places of equal length, so that a worker reads
 * the scores of its own pictures and not those of all: float64, little-endian; first the number of places a picture has, then the places of picture
 * 0, of picture 1, …, in the order of the picture's files. A place without a score holds NaN.
 */
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeBeside, writeScratch } from '../../disk/write.ts';
import type { Head } from '../../schema/head.ts';

/** A picture's scores, in the order of its files. */
export interface HeadScores {
  readonly index: number;
  readonly scores: readonly number[];
}

const headScoresFile = (folder: string): string => join(folder, 'head.scores');

/** Bytes of a number. */
const width = Float64Array.BYTES_PER_ELEMENT;

/** Writes the scores of a run's pictures. */
export async function writeHeadScores(folder: string, pictures: readonly HeadScores[]): Promise<void> {
  const places = Math.max(0, ...pictures.map(({ scores }) => scores.length));
  const count = Math.max(0, ...pictures.map(({ index }) => index + 1));
  const values = new Float64Array(1 + count * places).fill(Number.NaN);
  values[0] = places;
  for (const { index, scores } of pictures) values.set(scores, 1 + index * places);
  const content = Buffer.from(values.buffer);
  await writeBeside(headScoresFile(folder), { sync: false, write: (file) => file.writeFile(content) });
}

/** Reads the scores of some pictures, NaN where there is none; an error if the file ends before one of them. */
export async function readHeadScores(folder: string, indices: readonly number[]): Promise<Map<number, Float64Array>> {
  const path = headScoresFile(folder);
  const file = await open(path);
  try {
    const numbers = async (at: number, count: number): Promise<Float64Array> => {
      const values = new Float64Array(count);
      const { bytesRead } = await file.read(new Uint8Array(values.buffer), 0, count * width, at * width);
      if (bytesRead < count * width) throw new Error(`${path} ends before the scores that are looked for`);
      return values;
    };
    const [places] = await numbers(0, 1);
    const found = new Map<number, Float64Array>();
    for (const index of indices) found.set(index, await numbers(1 + index * places!, places!));
    return found;
  } finally {
    await file.close();
  }
}

const headFile = (folder: string): string => join(folder, 'head.json');

/** Keeps the head itself, for files that it scores only later, such as frames of clips. */
export const keepHead = (folder: string, head: Head): Promise<void> =>
  writeScratch(headFile(folder), JSON.stringify(head));

/** The head that was kept, as parsed. */
export const keptHead = async (folder: string): Promise<unknown> =>
  JSON.parse(await readFile(headFile(folder), 'utf8'));
