/** Presets of benign edits: every one resolves, applies and says where its numbers are from. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { applyAll, presetNames, readPreset } from '../../src/harness/edit-preset.ts';
import { resolveTransform } from '../../src/image/transform/index.ts';
import { MissingError, UserError } from '../../src/util/errors.ts';
import { seededRng } from '../../src/util/rng.ts';
import { difference, picture } from '../image/transform/pictures.ts';

const names = await presetNames();
const folder = mkdtempSync(join(tmpdir(), 'presend-preset-'));
const tiny = picture(120, 90);

test('the presets of the literature are there', () => {
  expect(names).toEqual(['copydays', 'imagededup', 'messenger', 'perception', 'phaser', 'social-media']);
});

describe.each(names)('preset %s', (name) => {
  test('bears its own name, a source and a note', async () => {
    const { name: own, source, note } = await readPreset(name);
    expect(own).toBe(name);
    expect(source.length).toBeGreaterThan(20);
    expect(note.length).toBeGreaterThan(100);
  });

  test('each edit has a label and a title of its own, and gives the same pixels twice', async () => {
    const { edits, prepare, finish, titles } = await readPreset(name);
    const labels = edits.map((spec) => resolveTransform(spec).label);
    expect(new Set(labels).size).toBe(edits.length);
    expect(titles).toHaveLength(edits.length);
    expect(new Set(titles).size).toBe(edits.length);
    const original = await applyAll(tiny, prepare, seededRng(1));
    for (const edit of edits) {
      const [once, again] = [1, 1].map((seed) => applyAll(original, [edit, ...finish], seededRng(seed, edit.name)));
      const edited = await once!;
      expect(edited.data.length).toBe(edited.width * edited.height * edited.channels);
      expect(difference(edited, await again!), resolveTransform(edit).label).toBeUndefined();
      expect(difference(edited, original), resolveTransform(edit).label).toBeDefined();
    }
  });
});

test('perception is Thorn’s script: ten edits of 256-px pictures, saved at quality 95', async () => {
  const { edits, prepare, finish, titles } = await readPreset('perception');
  const label = (spec: Parameters<typeof resolveTransform>[0]): string => resolveTransform(spec).label;
  expect(prepare.map(label)).toEqual(['fit(side=256, kernel=2, enlarge=1)', 'jpeg(quality=95)']);
  expect(finish.map(label)).toEqual(['jpeg(quality=95)']);
  // imgaug's arithmetic.compress_jpeg: compression 0..100 to quality 100..1.
  const quality = Math.round(1 + 99 * (1 - 95 / 101));
  expect(Object.fromEntries(titles.map((title, i) => [title, label(edits[i]!)]))).toEqual({
    blur2: 'blur(sigma=2, radius=3)',
    'crop0.05': 'crop(fraction=0.05)',
    gamma2: 'gamma(exponent=2)',
    jpeg95: `jpeg(quality=${quality})`,
    'noise0.2': 'noise(sigma=0.2)',
    'pad0.2': 'border(fraction=0.2, shade=0, inside=0, letterbox=1)',
    'resize0.5': 'resize(factor=0.5)',
    rotate4: 'rotate(degrees=4)',
    vignette: 'vignette(sigma=0.5)',
    watermark: `stamp(width=0.2, stroke=5, shade=0, opacity=${200 / 255}, right=0)`,
  });
  expect((await applyAll(picture(300, 200), prepare, seededRng(1))).width).toBe(256);
});

describe('a preset that cannot be used', () => {
  const refusal = async (text: string): Promise<Error> => {
    const path = join(folder, 'broken.yaml');
    writeFileSync(path, text);
    return readPreset(path).then(
      () => new Error('was accepted'),
      (error: Error) => error,
    );
  };
  const head = 'version: 1\nname: x\nsource: a\nnote: b\nedits:\n';

  test.each([
    ['not YAML', 'edits: [', /is neither YAML nor JSON/],
    ['an unknown key', `${head}  - { name: none }\nextra: 1\n`, /unknown key extra/],
    ['no edits', `${head.replace('edits:\n', 'edits: []\n')}`, /\/edits/],
    ['text as a parameter', `${head}  - { name: jpeg, quality: high }\n`, /\/edits\/0/],
    ['an unknown edit', `${head}  - { name: jpg }\n`, /Unknown transform 'jpg'\. Did you mean jpeg\?/],
    [
      'one edit twice',
      `${head}  - { name: jpeg }\n  - { name: jpeg, quality: 75 }\n`,
      /'jpeg\(quality=75\)' occurs twice/,
    ],
    ['one title twice', `${head}  - { name: jpeg, as: a }\n  - { name: blur, as: a }\n`, /'a' occurs twice/],
    ['a bad step', `${head}  - { name: blur }\nprepare:\n  - { name: fit, side: 0 }\n`, /side of transform fit/],
  ])('%s', async (_, text, message) => {
    const error = await refusal(text);
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toMatch(message);
  });

  test('one that is not there', async () => {
    await expect(readPreset('thorn')).rejects.toThrow(MissingError);
    await expect(readPreset('thorn')).rejects.toThrow(/one of copydays, imagededup, messenger/);
  });
});
