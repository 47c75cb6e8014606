/** The OpenAPI document: of every endpoint of the server but its pages, with its callers, its request and its answers. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { access } from '../../src/server/auth/access.ts';
import { serveDemo } from '../../src/server/demo/api.ts';
import { serveExplorer } from '../../src/server/explorer/explorer-api.ts';
import { createServer } from '../../src/server/http-server.ts';
import { noWeb, serveWeb } from '../../src/server/static.ts';
import { type ServiceWorld, serviceWorld } from './service-world.ts';

interface Operation {
  readonly summary: string;
  readonly description: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
  readonly responses: Readonly<Record<string, { readonly content?: object; readonly description?: string }>>;
}

let world: ServiceWorld;
let paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
beforeAll(async () => {
  world = await serviceWorld();
  paths = (await world.send(undefined, { url: '/openapi.json' })).json().paths;
});
afterAll(() => world.close());

/** Every operation by its method and path. */
const operations = (): [string, Operation][] =>
  Object.entries(paths).flatMap(([path, of]) =>
    Object.entries(of).map(([method, each]): [string, Operation] => [
      `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`,
      each,
    ]),
  );

test('it leaves out no endpoint but pages and what they load', async () => {
  const known: string[] = [];
  const app = createServer({});
  app.addHook('onRoute', ({ method, url }) => {
    if (method !== 'HEAD') known.push(`${String(method)} ${url}`);
  });
  serveWeb(app, noWeb);
  serveExplorer(app, { folder: '.', web: noWeb });
  serveDemo(app, noWeb);
  await app.ready();
  await app.close();
  const pages = ['/', '/runs/:run', '/compare', '/demo', '/demo/pictures/:id', '/assets/:name'];
  const rest = known.filter((each) => !pages.includes(each.replace('GET ', '')));
  expect(rest.length).toBeGreaterThan(15);
  expect(
    operations()
      .map(([name]) => name)
      .sort(),
  ).toEqual([...Object.keys(access), ...rest].sort());
});

test('each names its callers, and a signature where one is needed', () => {
  const of = (name: string): Operation => Object.fromEntries(operations())[name]!;
  expect(of('GET /api/runs/:run/scores')).toMatchObject({ description: 'For local requests only.' });
  expect(of('POST /demo/sessions/:session/provider/packets')).toMatchObject({
    description: 'For: account.',
    security: [{ signature: [] }],
  });
  expect(of('GET /health')).toMatchObject({ description: 'For: everyone.' });
  for (const [name, { description, security }] of operations())
    expect([name, security !== undefined]).toEqual([name, !/everyone|local/.test(description)]);
});

test('each has a schema for its path, its body and its answers', () => {
  for (const [name, { parameters = [], requestBody, responses }] of operations()) {
    const inPath = [...name.matchAll(/:(\w+)/g)].map(([, parameter]) => parameter);
    const described = parameters.filter((each) => each.in === 'path').map((each) => each.name);
    expect([name, described]).toEqual([name, inPath]);
    const statuses = Object.keys(responses);
    expect([name, statuses.some((status) => /^2/.test(status))]).toEqual([name, true]);
    for (const [status, { content }] of Object.entries(responses))
      expect([name, status, content !== undefined]).toEqual([name, status, status !== '204']);
    for (const { schema } of Object.values(requestBody?.content ?? {}))
      expect([name, Object.keys(schema).length > 0]).toEqual([name, true]);
    if (name.startsWith('POST ') && !name.endsWith('/reviews'))
      expect([name, requestBody !== undefined]).toEqual([name, true]);
  }
});
