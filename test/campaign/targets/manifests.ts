/** Manifests of pictures; the pictures that they name lie beside them. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { manifestColumns, readManifest } from '../../../src/dataset/manifest.ts';
import { utf8 } from '../../../src/util/bytes.ts';
import { sha256Hex } from '../../../src/util/digest.ts';
import type { Target } from '../target.ts';

const names = ['one.png', 'two, 2.png', 'drei "3".jpg', 'vier\u00e9.webp', '=5.png'];

const cell = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

export const manifests: Target = {
  name: 'manifests',
  floorMillis: 100,
  millisPerByte: 0.02,
  mostMebibytes: 128,
  async seeds(folder) {
    const content = (name: string): Uint8Array => utf8(`the picture ${name}`);
    for (const name of names) await writeFile(join(folder, name), content(name));
    const rows = names.map((name, i) =>
      [
        name,
        'photos',
        `topic ${i % 2}`,
        `group ${i >> 1}`,
        'here',
        'CC0',
        sha256Hex(content(name)),
        '8',
        '8',
        'a\nb',
      ].map(cell),
    );
    const path = join(folder, 'manifest.csv');
    const variants: Record<string, string> = {
      'every column': [manifestColumns, ...rows].map((row) => row.join(',')).join('\n'),
      'paths alone, BOM, CRLF': `\ufeffpath\r\n${names.map(cell).join('\r\n')}\r\n`,
    };
    return Object.entries(variants).map(([name, text]) => ({
      name,
      bytes: utf8(text),
      async read(file) {
        await writeFile(path, file);
        const { pictures, refused } = await readManifest(path);
        for (const { id } of pictures) if (!names.includes(id)) throw new Error(`a picture that is not there: ${id}`);
        for (const { reason } of refused) if (reason === '') throw new Error('a refusal without a reason');
        return refused.length;
      },
    }));
  },
};
