/** Networks that cannot be used are said before any picture is worked on, and no run is left behind. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { encode } from '../../src/image/encode.ts';
import { waves } from '../classify/picture.ts';
import { smallBaseRate } from '../harness/scoring/rows.ts';
import { tiny } from '../harness/tiny.ts';
import { presend, scratch } from './presend.ts';

const folder = scratch();
const pictures = join(folder, 'pictures');
beforeAll(async () => {
  for (const label of ['drawing', 'other']) {
    mkdirSync(join(pictures, label), { recursive: true });
    for (let i = 0; i < 3; i++)
      writeFileSync(join(pictures, label, `${i}.png`), await encode(waves(40, 30, i), { type: 'png' }));
  }
});
afterEach(() => vi.unstubAllEnvs());

describe.each([
  ['tradeoff', tiny],
  ['base-rate', smallBaseRate],
])('runs C1, C2: %s', (name, experiment) => {
  test('on a backend that is not there ends with the command that installs it', async () => {
    vi.stubEnv('PRESEND_BACKEND', 'webgpu');
    const file = join(folder, `${name}.json`);
    writeFileSync(file, JSON.stringify({ ...experiment, dataset: { name: pictures } }));
    const out = join(folder, `out-${name}`);
    const { code, err } = await presend('run', file, '--out', out, '--threads', '1');
    expect(err).toMatch(/^presend: The tfjs backend 'webgpu' does not work here .*`npm install .*` installs it\.\n$/);
    expect(code).toBe(3);
    expect(existsSync(out)).toBe(false);
  });
});
