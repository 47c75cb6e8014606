/** ImageHash, the Python library whose bits our hashes have, in a persistent process that alternates with the other tasks. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HashName } from '../src/hash/index.ts';
import type { Raster } from '../src/image/raster.ts';
import { lineProcess } from './line-process.ts';

/** What ImageHash calls a hash of ours, for an `image` that is already decoded. */
const calls = {
  phash: 'phash(image)',
  'phash-16': 'phash(image, 16)',
  'phash-simple': 'phash_simple(image)',
  dhash: 'dhash(image)',
  'dhash-16': 'dhash(image, 16)',
  'dhash-vertical': 'dhash_vertical(image)',
  ahash: 'average_hash(image)',
  'ahash-16': 'average_hash(image, 16)',
  'whash-haar': "whash(image, mode='haar')",
  'whash-db4': "whash(image, mode='db4')",
  colorhash: 'colorhash(image)',
  'crop-resistant': 'crop_resistant_hash(image)',
} as const satisfies Partial<Record<HashName | 'crop-resistant', string>>;

/** A hash that ImageHash has too. */
export type ImageHashName = keyof typeof calls;

/** ImageHash on one picture. */
export interface ImageHash {
  /** Versions of what computes, for the table. */
  readonly versions: string;
  readonly names: readonly ImageHashName[];
  /** Hashes the picture that many times; the text of the hash as ImageHash prints it. */
  hash(name: ImageHashName, times: number): Promise<string>;
}

const program = `
import sys
import imagehash
from PIL import Image
with open(sys.argv[1], 'rb') as file:
    image = Image.frombytes('RGB', (int(sys.argv[2]), int(sys.argv[3])), file.read())
calls = {
${Object.entries(calls)
  .map(([name, call]) => `    '${name}': lambda: imagehash.${call},`)
  .join('\n')}
}
for line in sys.stdin:
    name, times = line.split()
    for _ in range(int(times)):
        found = calls[name]()
    print(found, flush=True)
`;

const versions = 'import imagehash, PIL, numpy; print(imagehash.__version__, PIL.__version__, numpy.__version__)';

/** Starts it on a picture of RGB, which is put into a folder; undefined if no Python can import it. PRESEND_PYTHON names one. */
export function imageHash({ width, height, data }: Raster, folder: string): ImageHash | undefined {
  for (const python of [process.env.PRESEND_PYTHON, 'python3', '/usr/bin/python3']) {
    if (!python) continue;
    const found = spawnSync(python, ['-c', versions], { encoding: 'utf8' });
    if (found.status !== 0) continue;
    const [imagehash, pillow, numpy] = found.stdout.trim().split(' ');
    const file = join(folder, `${width}x${height}.rgb`);
    writeFileSync(file, data);
    const ask = lineProcess(python, ['-c', program, file, `${width}`, `${height}`]);
    return {
      versions: `ImageHash ${imagehash} on Pillow ${pillow} and NumPy ${numpy}`,
      names: Object.keys(calls) as ImageHashName[],
      hash: (name, times) => ask(`${name} ${times}`),
    };
  }
  return undefined;
}
