/**
 * The pages of the documentation site: every Markdown file of the repository under an address of its own, with links that work on the site.
 * A sentence has one source; the site only copies. Files that are not pages, such as experiment files, come with the site if a page links to them.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { projectRoot } from '../../src/disk/project.ts';
import { markdownTable } from './markdown.ts';

/** A page: its address without extension, and its Markdown. */
export interface Page {
  readonly address: string;
  readonly text: string;
}

/** Addresses that do not follow from the file's place. */
const named: Readonly<Record<string, string>> = {
  'README.md': 'index',
  'CONTRIBUTING.md': 'contributing',
  'SECURITY.md': 'security',
  'CHANGELOG.md': 'changelog',
};

/** The address of a Markdown file of the repository: `docs/scale.md` → `scale`, `experiments/orders/README.md` → `experiments/orders`. */
export const addressOf = (file: string): string =>
  named[file] ??
  file
    .replace(/^docs\//, '')
    .replace(/(\/README)?\.md$/, '')
    .replace('/HASHES', '-hashes');

/** Text outside of fenced blocks, which stay as they are. */
const outsideCode = (text: string, change: (part: string) => string): string =>
  text
    .split(/(^```[\s\S]*?^```)/m)
    .map((part, i) => (i % 2 === 1 ? part : change(part)))
    .join('');

/** Files whose content is a generated page of the site. */
const generated: Readonly<Record<string, string>> = { 'docs/reference/columns.yaml': 'reference/data-dictionary' };

/** A flow chart in Mermaid, which the site does not draw, as a table: each box, and where its arrows lead. Throws on a line that it cannot read. */
export function chartTable(chart: string): string {
  const titles = new Map<string, string>();
  const arrows = new Map<string, string[]>();
  const box = /^([a-z-]+)(?:\["([^"]+)"\])?(?::::[a-z]+)?$/;
  const idOf = (text: string): string => {
    const found = box.exec(text.trim());
    if (!found) throw new Error(`The chart has a box that the site cannot show: ${text}`);
    const [, id = '', title] = found;
    if (title !== undefined || !titles.has(id)) titles.set(id, title?.replaceAll('<br>', ' ') ?? id);
    return id;
  };
  for (const line of chart
    .split('\n')
    .slice(1)
    .filter((each) => each.trim() !== '' && !/^ *classDef /.test(each))) {
    const parts = line.split(/ (-->|-\. "[^"]+" \.->|-\. [^.]+ \.->) /);
    for (let at = 0; at + 2 < parts.length; at += 2) {
      const [from, to] = [idOf(parts[at]!), idOf(parts[at + 2]!)];
      const why = /"([^"]+)"/.exec(parts[at + 1]!)?.[1]?.replaceAll('<br>', ' ');
      arrows.set(from, [...(arrows.get(from) ?? []), why === undefined ? to : `${to}\n${why}`]);
    }
    idOf(parts.at(-1)!);
  }
  const named = (id: string): string => {
    const [to = '', why] = id.split('\n');
    return why === undefined ? titles.get(to)! : `${titles.get(to)} (${why})`;
  };
  return markdownTable(
    ['from', 'to'],
    [...arrows].map(([from, to]) => [titles.get(from)!, to.map(named).join(', ')]),
  );
}

/** Formats that a page may link to beside Markdown. */
const shipped = /\.(png|svg|jpg|json|ya?ml|csv)$/;

/** A Markdown file as a page. `files` collects the paths of the files that it links to. Links to sources and folders become their text. */
export function pageOf(file: string, markdown: string, pages: ReadonlySet<string>, files: Set<string>): Page {
  const linked = (path: string): string => posix.normalize(posix.join(posix.dirname(file), path));
  const drawn = markdown
    .replace(/<!--[\s\S]*?-->\n?/g, '')
    .replace(/^```mermaid\n([\s\S]*?)^```/gm, (_, chart: string) => chartTable(chart));
  const text = outsideCode(drawn, (part) =>
    part.replace(
      /(!?)\[((?:[^\][]|\[[^\]]*\])*)\]\(([^)\s]+)\)/g,
      (whole, image: string, title: string, target: string) => {
        if (/^[a-z]+:|^#/.test(target)) return whole;
        const [path = '', anchor] = target.split('#');
        const at = linked(path).replace(/\/$/, '');
        const page = [at, `${at}/README.md`].find((each) => pages.has(each));
        if (page !== undefined) return `[${title}](/${addressOf(page)}${anchor === undefined ? '' : `#${anchor}`})`;
        if (generated[at] !== undefined) return `[${title}](/${generated[at]})`;
        if (!existsSync(join(projectRoot, at))) throw new Error(`${file} links to ${target}, which does not exist`);
        if (!shipped.test(at) || !statSync(join(projectRoot, at)).isFile()) return title;
        files.add(at);
        return `${image}[${title}](/files/${at})`;
      },
    ),
  );
  return { address: addressOf(file), text };
}

/** Every page that is a Markdown file, and the files that they link to. */
export function markdownPages(found: readonly string[]): {
  readonly pages: Page[];
  readonly files: ReadonlySet<string>;
} {
  const known = new Set(found);
  const files = new Set<string>();
  const pages = found.map((file) => pageOf(file, readFileSync(join(projectRoot, file), 'utf8'), known, files));
  return { pages, files };
}

/** A page of plain text: Vue must not read its braces as a template. */
const plain = (text: string): string => `::: v-pre\n\n${text.trim()}\n\n:::\n`;

/** Writes pages and files into the folder that the generator reads. */
export async function writePages(folder: string, pages: readonly Page[], files: Iterable<string>): Promise<void> {
  for (const { address, text } of pages) {
    const path = join(folder, `${address}.md`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, plain(text));
  }
  for (const file of files) {
    const path = join(folder, 'public', 'files', file);
    await mkdir(dirname(path), { recursive: true });
    await cp(join(projectRoot, file), path);
  }
}

/** The first heading of a page. */
const titleOf = ({ text, address }: Page): string => /^# (.+)$/m.exec(text)?.[1]?.replaceAll('`', '') ?? address;

/** Groups of the sidebar: a title, and what the address of a page begins with; pages are listed as they come. */
const groups: readonly (readonly [title: string, belongs: RegExp])[] = [
  ['Start', /^(index|tutorial|how-to)$/],
  ['The answer', /^(answer|explanation\/)/],
  ['Guides', /^(detectors|challenge|scale|deploy|datasets\/|models\/)/],
  ['Experiments', /^experiments\//],
  ['Reference', /^reference\//],
  ['Package', /^api\//],
  ['Project', /./],
];

/** The sidebar; each page is in the first group that it belongs to. */
export const sidebarOf = (pages: readonly Page[]): object[] =>
  groups.map(([text, belongs], i) => ({
    text,
    collapsed: i > 1,
    items: pages
      .filter(
        ({ address }) => belongs.test(address) && !groups.slice(0, i).some(([, earlier]) => earlier.test(address)),
      )
      .map((page) => ({
        text: page.address === 'index' ? 'Overview' : titleOf(page),
        link: `/${page.address === 'index' ? '' : page.address}`,
      })),
  }));
