/** Checks the built site: every internal link leads to a page or file, every anchor to a heading. Other hosts are not contacted. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

const decoded = (text: string): string => decodeURIComponent(text.replaceAll('&amp;', '&').replaceAll('&quot;', '"'));

/** Sentences about links that lead nowhere, and about what a page would load from another host. */
export async function brokenLinks(site: string): Promise<string[]> {
  const files = (await readdir(site, { recursive: true })).filter((name) => name.endsWith('.html')).sort();
  const texts = new Map<string, string>();
  for (const file of files) texts.set(`/${file.replaceAll('\\', '/')}`, await readFile(join(site, file), 'utf8'));
  const anchors = new Map(
    [...texts].map(([path, text]) => [
      path,
      new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => decoded(id!))),
    ]),
  );
  const problems: string[] = [];
  for (const [page, text] of texts) {
    for (const [, attribute, raw] of text.matchAll(/ (href|src)="([^"]*)"/g)) {
      const target = decoded(raw!);
      if (/^(mailto|data):/.test(target)) continue;
      if (/^([a-z]+:)?\/\//.test(target)) {
        if (attribute === 'src') problems.push(`${page} loads ${target}`);
        continue;
      }
      const [path, anchor] = new URL(target, `http://site${page}`).href
        .slice('http://site'.length)
        .split('#')
        .map(decodeURIComponent);
      const file = [path!, `${path}.html`, join(path!, 'index.html')].find(
        (each) => texts.has(each) || (/\.\w+$/.test(each) && existsSync(join(site, each))),
      );
      if (file === undefined) problems.push(`${page} links to ${target}, which is not there`);
      else if (anchor && texts.has(file) && !anchors.get(file)!.has(anchor))
        problems.push(`${page} links to ${target}: ${relative('/', file)} has no heading #${anchor}`);
    }
  }
  return [...new Set(problems)];
}
