/** The demo without a browser: its pictures, its world, and that a panel says of a role what the role's view really holds. */

import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ViewReader } from '../../src/harness/scenario/view-reader.ts';
import { decode } from '../../src/image/decode.ts';
import { deploy } from '../../src/role/deployment.ts';
import { partMatcher } from '../../src/role/hash-part.ts';
import type { Role } from '../../src/schema/vocabulary.ts';
import { createApp } from '../../src/server/app.ts';
import type { OfferedPicture } from '../../src/server/demo/pictures.ts';
import { pageHeaders } from '../../src/server/page-policy.ts';
import { editSliders, isUnedited, noEdits } from '../../src/server/web/demo/edits.ts';
import { inferences } from '../../src/server/web/demo/infer.ts';
import { shownRole } from '../../src/server/web/demo/shown.ts';
import { strategies, strategyByName } from '../../src/strategy/index.ts';
import { hexOf, smallWorld } from '../helpers/world.ts';

let app: FastifyInstance;
beforeAll(async () => {
  app = createApp({ folder: '.' });
});
afterAll(() => app.close());
const get = (url: string) => app.inject({ method: 'GET', url, headers: { host: 'localhost' } });

describe('the pictures', () => {
  test('are drawn by a fixed seed, each of a kind that a browser shows', async () => {
    const pictures = (await get('/demo/pictures')).json() as OfferedPicture[];
    expect(pictures.map(({ called }) => called).filter((called) => called === 'listed').length).toBeGreaterThanOrEqual(
      3,
    );
    expect(new Set(pictures.map(({ id }) => id)).size).toBe(pictures.length);
    const { address, called } = pictures[0]!;
    const [first, again] = [await get(address), await get(address)];
    expect(called).toBe('listed');
    expect(first.headers['content-type']).toMatch(/^image\/(png|jpeg|webp)$/);
    expect(first.rawPayload.equals(again.rawPayload)).toBe(true);
    expect((await decode(new Uint8Array(first.rawPayload))).width).toBeGreaterThan(200);
  });

  test.each(['/demo/pictures/none', '/demo/pictures/..%2f..%2fpackage.json', `/demo/pictures/${'x'.repeat(60)}`])(
    '%s is none of them',
    async (url) => expect([400, 404]).toContain((await get(url)).statusCode),
  );

  test('the page has the policy of pages, and says so when its script is missing', async () => {
    const reply = await get('/demo');
    expect(reply.headers).toMatchObject(pageHeaders);
    expect(reply.body).toContain('npm run build');
  });
});

const examined = ['relay', 'provider', 'curator', 'court'] as const satisfies readonly Role[];

describe.each(Object.keys(strategies))('a panel under %s', (name) => {
  test('names picture and hash exactly where the view holds them, and no more than is declared', async () => {
    const world = smallWorld();
    const strategy = strategyByName(name);
    const deployment = await deploy(world, strategy.design);
    const prospective = strategy.prospective === true;
    const order = { id: 'o1', account: world.accounts[0]!, from: 0, to: 1000 };
    if (prospective) await deployment.serve(order);
    for (const message of world.messages) await deployment.send(message);
    await deployment.deliver();
    await deployment.review();
    if (!prospective) await deployment.serve(order);
    const reader = new ViewReader(deployment.views);
    const matcher = partMatcher(world);
    let told = 0;
    for (const role of examined) {
      const { entries } = shownRole(deployment.views[role]);
      for (const message of world.messages) {
        const about = entries.filter((each) => each.message === message.id);
        const known = new Set(inferences(role, about, strategy).map(({ knows }) => knows));
        const hex = hexOf(world, message);
        const place = `${role} ${message.id}`;
        expect(known.has('content'), place).toBe(reader.holdsContent([role], message.id, message.picture));
        expect(known.has('hash'), place).toBe(hex !== undefined && reader.holdsHash([role], message.id, hex));
        // A picture without a hash asks with random bits, which nobody can tell from others.
        if (hex)
          expect(known.has('prefix'), place).toBe(reader.hashParts([role], message.id, hex, matcher).has('prefix'));
        const { content = 'none', hash = 'none', match = 'none' } = strategy.declares[role] ?? {};
        if (known.has('content')) expect(content, place).not.toBe('none');
        if (known.has('hash')) expect([content, hash].join(), place).not.toBe('none,none');
        if (known.has('match')) expect([match, content, hash].join(), place).not.toBe('none,none,none');
        told += known.size;
      }
    }
    expect(told).toBeGreaterThan(0);
  });
});

test('no edit leaves a picture as it is', () => {
  expect(isUnedited(noEdits)).toBe(true);
  for (const { name } of editSliders) expect(isUnedited({ ...noEdits, [name]: noEdits[name] - 1 }), name).toBe(false);
});
