/**
 * `npm run docs`: builds the documentation site into docs/site/dist, from the repository's own Markdown and from what the program says of
 * itself, and checks its links. Options: `--no-api` leaves out the pages of the package's API, which take half of the time;
 * `--traffic <run>` stores what crossed in a trade-off run, for the diagrams of the strategies, and builds nothing.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '../src/disk/project.ts';
import { brokenLinks } from './docs/check-links.ts';
import { dictionaryPage } from './docs/dictionary.ts';
import { markdownPages, type Page, sidebarOf, writePages } from './docs/pages.ts';
import { apiPage, cliPage, schemaFiles, schemaPages } from './docs/reference.ts';
import { diagramFile, recordedTraffic, storeTraffic, strategiesPage } from './docs/strategies.ts';

const { values } = parseArgs({ options: { 'no-api': { type: 'boolean' }, traffic: { type: 'string' } } });
const site = join(projectRoot, 'docs', 'site');
const staged = join(site, '.pages');
const built = join(site, 'dist');

/** Runs a program of the generator's own packages. */
function run(program: string, ...words: readonly string[]): void {
  const { status } = spawnSync(join(site, 'node_modules', '.bin', program), words, {
    cwd: site,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error(`${program} ended with exit code ${status}`);
}

/** The pages of the package's API, one for each entry point, as TypeDoc writes them. */
async function packagePages(): Promise<Page[]> {
  const { exports } = JSON.parse(await readFile(join(projectRoot, 'package.json'), 'utf8')) as {
    readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
  };
  const entries = Object.entries(exports).flatMap(([name, of]) =>
    typeof of === 'string'
      ? []
      : [[name.replace('.', 'presend'), of.default.replace('./dist/', '').replace(/\.js$/, '')] as const],
  );
  const out = join(site, '.cache', 'api');
  await rm(out, { recursive: true, force: true });
  const options = [
    '--skipErrorChecking',
    '--disableSources',
    '--hideBreadcrumbs',
    '--hidePageHeader',
    '--excludeExternals',
  ];
  run(
    'typedoc',
    ...[
      '--tsconfig',
      join(projectRoot, 'tsconfig.json'),
      '--basePath',
      projectRoot,
      '--plugin',
      'typedoc-plugin-markdown',
      '--out',
      out,
    ],
    ...[...options, '--outputFileStrategy', 'modules', '--readme', 'none', '--logLevel', 'Error'],
    ...entries.flatMap(([, file]) => ['--entryPoints', join(projectRoot, `${file}.ts`)]),
  );
  const titles = new Map(entries.map(([name, file]) => [file, name]));
  const files = (await readdir(out, { recursive: true })).filter((name) => name.endsWith('.md')).sort();
  const pages: Page[] = [];
  for (const file of files) {
    // The list of modules is in the sidebar.
    if (file === 'README.md') continue;
    const address = `api/${file.replace('src/api/', '').replace(/(\/README)?\.md$/, '')}`;
    const text = (await readFile(join(out, file), 'utf8'))
      .replace(/^# (src\/api\/\w+)$/m, (whole, name: string) => `# ${titles.get(name) ?? whole}`)
      .replace(/\]\(([^)#]*?)(\/README)?\.md(#[^)]*)?\)/g, (_, path: string, __, anchor = '') => {
        const from = new URL(file, 'http://api/').pathname;
        return `](/api${new URL(path === '' ? 'README' : path, `http://api${from}`).pathname.replace('/src/api', '').replace(/\/(README)?$/, '')}${anchor})`;
      });
    pages.push({ address, text });
  }
  return withAnchors(pages);
}

/** TypeDoc numbers some anchors although only one heading has the name; such a link gets the anchor that the heading has. */
function withAnchors(pages: readonly Page[]): Page[] {
  const words = (heading: string): string =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\- _]/gu, '')
      .replaceAll(' ', '-');
  const counts = new Map<string, number>();
  for (const { address, text } of pages)
    for (const [, heading] of text.matchAll(/^#+ (.+)$/gm)) {
      const anchor = `/${address}#${words(heading!)}`;
      counts.set(anchor, (counts.get(anchor) ?? 0) + 1);
    }
  return pages.map(({ address, text }) => ({
    address,
    text: text.replace(/\]\(([^)#]*)#([^)]+?)-(\d+)\)/g, (whole, path: string, anchor: string, number: string) => {
      const headings = counts.get(`${path === '' ? `/${address}` : path}#${anchor}`);
      return headings !== undefined && headings <= Number(number) ? `](${path}#${anchor})` : whole;
    }),
  }));
}

/** Moves inline scripts of the pages into files, because the pages forbid inline scripts. */
async function moveScripts(): Promise<void> {
  const scripts = new Map<string, string>();
  for (const name of await readdir(built, { recursive: true })) {
    if (!name.endsWith('.html')) continue;
    const path = join(built, name);
    const text = await readFile(path, 'utf8');
    const moved = text.replace(/<script id="([\w-]+)">([\s\S]*?)<\/script>/g, (_, id: string, code: string) => {
      scripts.set(id, code);
      return `<script id="${id}" src="/assets/${id}.js"></script>`;
    });
    if (/<script(?![^>]* src=)[^>]*>/.test(moved)) throw new Error(`${name} has an inline script`);
    await writeFile(path, moved);
  }
  for (const [id, code] of scripts) await writeFile(join(built, 'assets', `${id}.js`), code);
}

async function build(): Promise<void> {
  if (!existsSync(join(site, 'node_modules')))
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: site,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  await rm(staged, { recursive: true, force: true });
  await rm(built, { recursive: true, force: true });
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
    cwd: projectRoot,
    encoding: 'utf8',
  });
  const { pages: own, files } = markdownPages(
    listed
      .trim()
      .split('\n')
      .filter((file) => !file.startsWith('test/')),
  );
  const first = ['index', 'tutorial', 'how-to', 'answer'];
  const place = ({ address }: Page): number => (first.indexOf(address) + first.length + 1) % (first.length + 1);
  own.sort((a, b) => place(a) - place(b) || (a.address < b.address ? -1 : 1));
  const pages: Page[] = [
    ...own,
    { address: 'explanation/strategies', text: strategiesPage() },
    { address: 'reference/cli', text: await cliPage() },
    { address: 'reference/data-dictionary', text: dictionaryPage() },
    ...schemaPages().map(([address, text]) => ({ address, text })),
    { address: 'reference/http-api', text: await apiPage() },
    ...(values['no-api'] ? [] : await packagePages()),
  ];
  await writePages(staged, pages, files);
  await writeFile(join(staged, 'sidebar.json'), JSON.stringify(sidebarOf(pages)));
  for (const [folder, named] of [
    ['schemas', schemaFiles().map(([name, text]) => [`${name}.schema.json`, text])],
    ['sequences', Object.entries(recordedTraffic()).map(([name, of]) => [`${name}.svg`, diagramFile(name, of)])],
  ] as const) {
    await mkdir(join(staged, 'public', folder), { recursive: true });
    for (const [name, text] of named) await writeFile(join(staged, 'public', folder, name!), text!);
  }
  run('vitepress', 'build', '.');
  await moveScripts();
  const broken = await brokenLinks(built);
  if (broken.length > 0) throw new Error(`The site has ${broken.length} broken links:\n${broken.join('\n')}`);
  process.stdout.write(`${pages.length} pages in docs/site/dist, every internal link and anchor leads somewhere\n`);
}

await (values.traffic === undefined ? build() : storeTraffic(values.traffic));
