/**
 * Lists exported names of src/ that nothing in src, bench, scripts or models imports, one per line: its user (test or nobody), the number
 * of occurrences in its own file, file, name. Exports of src/api are the package's interface and count as used. A name that its own file
 * uses needs no `export`; one that only tests use may be dead. Reads import and export statements as text, as test/layers.test.ts does.
 *
 *   node --import tsx scripts/unused-exports.ts
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const files = ['src', 'bench', 'scripts', 'models', 'test'].flatMap((top) =>
  readdirSync(join(root, top), { recursive: true, encoding: 'utf8' })
    .filter((name) => /(?<!\.d)\.ts$/.test(name))
    .map((name) => join(top, name)),
);
const texts = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));

/** The importers of a file's names; '*' stands for importers of all of them. */
const users = new Map<string, Set<string>>();
const use = (file: string, from: string, name: string): void => {
  const key = `${relative(root, resolve(root, dirname(file), from))} ${name}`;
  users.set(key, (users.get(key) ?? new Set()).add(file));
};
/** The names in braces, as the source calls them (0) or as the importer calls them (1). */
const names = (list: string, side: 0 | 1): string[] =>
  list.split(',').flatMap((each) => {
    const [from, to = from] = each
      .trim()
      .replace(/^type\s+/, '')
      .split(/\s+as\s+/);
    return from ? [side === 0 ? from : to!] : [];
  });

for (const [file, text] of texts) {
  for (const [, clause = '', from = ''] of text.matchAll(
    /(?:import|export)\s+(?:type\s+)?([^'";]*?)\s+from\s+'(\.[^']+)'/g,
  )) {
    const list = clause.match(/\{([^}]*)\}/)?.[1];
    if (clause.split('{')[0]!.includes('*')) use(file, from, '*');
    for (const name of names(list ?? '', 0)) use(file, from, name);
  }
  for (const [, from = ''] of text.matchAll(
    /(?:import\(|moduleBeside\(import\.meta\.url,|new URL\()\s*'(\.[^']+\.ts)'/g,
  ))
    use(file, from, '*');
}

for (const [file, text] of texts) {
  if (!file.startsWith('src/') || file.startsWith('src/api/')) continue;
  const declared = [
    ...text.matchAll(/^export\s+(?:async\s+)?(?:const|function\*?|(?:abstract\s+)?class|interface|type)\s+([\w$]+)/gm),
  ].map((match) => match[1]!);
  const listed = [...text.matchAll(/^export\s+(?:type\s+)?\{([^}]*)\}/gm)].flatMap((match) => names(match[1]!, 1));
  for (const name of new Set([...declared, ...listed])) {
    const all = [...(users.get(`${file} ${name}`) ?? []), ...(users.get(`${file} *`) ?? [])];
    if (all.some((user) => !user.startsWith('test/'))) continue;
    const own = text.split(new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`)).length - 1;
    process.stdout.write(`${all.length > 0 ? 'tests' : 'nobody'}\t${own}\t${file}\t${name}\n`);
  }
}
