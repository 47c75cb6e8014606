/**
 * Writes the folder of a challenge. Nothing in it depends on which picture a file comes from but the pictures themselves: names are random, the files are
 * copied in the order of their names, so that neither their place on the disk nor their time of creation says more, and all have one time of change.
 */
import { copyFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolders, writeBeside, writeWhole } from '../disk/write.ts';
import { Column } from '../util/column.ts';
import { InterruptedError } from '../util/errors.ts';
import { commitmentFile, type Key } from './key.ts';
import { pairsOf } from './pairs.ts';

/** Time of last change of every file and folder: 1 January 2000, UTC. */
const fixedTime = new Date(Date.UTC(2000, 0, 1));

/** Names of everything in the folder. */
export const challengeFiles = {
  pictures: 'pictures',
  manifest: 'manifest.csv',
  pairs: 'pairs.csv',
  readme: 'README.md',
  commitment: commitmentFile,
} as const;

/** Lines per write. */
const batch = 4096;

interface Writing {
  /** Folder of the challenge. */
  readonly out: string;
  /** Folder with the rendered files under their first names. */
  readonly rendered: string;
  readonly onProgress: (phase: string, done: number, total: number) => void;
  readonly signal: AbortSignal;
}

/** Writes everything; what an interrupted export left is written again. Returns the number of files and of pairs. */
export async function writeFolder(
  key: Key,
  { out, rendered, onProgress, signal }: Writing,
): Promise<{ files: number; pairs: number }> {
  const files = key.pictures
    .flatMap(({ files }) =>
      files.flatMap(({ name, sha256, duplicate }) => [
        { name, sha256, from: name },
        ...(duplicate === undefined ? [] : [{ name: duplicate, sha256, from: name }]),
      ]),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const twice = files.find(({ name }, i) => i > 0 && files[i - 1]!.name === name);
  if (twice) throw new Error(`Two files have the random name ${twice.name}`);
  const pictures = join(out, challengeFiles.pictures);
  await makeFolders(pictures);
  for (const [i, { name, from }] of files.entries()) {
    if (signal.aborted) throw new InterruptedError('interrupted');
    await copyFile(join(rendered, from), join(pictures, name));
    await utimes(join(pictures, name), fixedTime, fixedTime);
    onProgress('copying', i + 1, files.length);
  }
  await writeLines(join(out, challengeFiles.manifest), [
    'name,sha256',
    ...files.map(({ name, sha256 }) => `${name},${sha256}`),
  ]);
  const names = files.map(({ name }) => name);
  const pairs = sortedPairs(key, names);
  await writeLines(join(out, challengeFiles.pairs), pairLines(pairs, names));
  await writeWhole(join(out, challengeFiles.readme), readme(files.length, pairs.length));
  await writeWhole(join(out, challengeFiles.commitment), `${key.commitment}\n`);
  for (const name of [...Object.values(challengeFiles), '.']) await utimes(join(out, name), fixedTime, fixedTime);
  return { files: files.length, pairs: pairs.length };
}

/** The pairs as numbers, i × n + j for the files i < j in the order of their names, ascending: 8 bytes a pair. */
function sortedPairs(key: Key, names: readonly string[]): Float64Array {
  const place = new Map(names.map((name, i) => [name, i]));
  const pairs = new Column(Float64Array);
  for (const { query, original } of pairsOf(key)) {
    const [i, j] = [place.get(query)!, place.get(original)!];
    pairs.push(Math.min(i, j) * names.length + Math.max(i, j));
  }
  return pairs.toArray().sort();
}

function* pairLines(pairs: Float64Array, names: readonly string[]): Generator<string> {
  yield 'a,b';
  for (const pair of pairs) yield `${names[Math.floor(pair / names.length)]},${names[pair % names.length]}`;
}

/** Writes lines batch by batch. */
const writeLines = (path: string, lines: Iterable<string>): Promise<void> =>
  writeBeside(path, {
    async write(file) {
      let held: string[] = [];
      for (const line of lines) {
        held.push(line);
        if (held.length < batch) continue;
        await file.appendFile(`${held.join('\n')}\n`);
        held = [];
      }
      if (held.length > 0) await file.appendFile(`${held.join('\n')}\n`);
    },
  });

const readme = (files: number, pairs: number): string => `# A blind challenge for a detector of copied pictures

The folder \`pictures\` has ${files} pictures under random names. Some are edited copies of others. Which, is in a key that you do not have;
\`key.sha256\` is its SHA-256, so that it cannot be changed after your answers. All pictures are ordinary ones.

Run your detector on the pictures, and return one CSV file with a header line, in one of these forms:

| header | a line for | content |
|---|---|---|
| \`name,hash\` | each picture | the hash in hex; all have one length; compared by Hamming distance |
| \`name,hash,quality\` | each picture | the same with a quality from 0 to 100; the tester can leave out hashes below a least one |
| \`name,vector\` | each picture | numbers, as JSON or separated by spaces; all have one length |
| \`a,b,distance\` | each of the ${pairs} pairs in \`pairs.csv\` | a distance: smaller is more similar |
| \`a,b,score\` | each of these pairs | a score: larger is more similar |
| \`a,b,match\` | each of these pairs | 1 if your detector calls the two a match, otherwise 0 |

The last three forms reveal no hash. Leave a value empty if your detector refuses a picture or a pair: it then counts as not found.
Judge each picture and each pair by itself: do not compare with other pictures of this folder, and do not train on it.
\`manifest.csv\` has the SHA-256 of every picture. The protocol, and what it proves, is in docs/challenge.md of presend.
`;
