/** The page that lists the runs. */
import type { RunLine } from './runs.ts';

/** The list of runs as HTML; every name is escaped, whatever a folder is called. */
export const runsPage = (runs: readonly RunLine[]): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>presend runs</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 0.4rem 1rem 0.4rem 0; border-bottom: 1px solid #8884; vertical-align: top; }
</style>
</head>
<body>
<h1>Runs</h1>
${
  runs.length === 0
    ? '<p>There are no runs yet. <code>presend run tradeoff</code> makes one.</p>'
    : `<table>
<thead><tr><th scope="col">run</th><th scope="col">experiment</th><th scope="col">started</th><th scope="col">state</th><th scope="col">files</th></tr></thead>
<tbody>
${runs.map(row).join('\n')}
</tbody>
</table>`
}
</body>
</html>
`;

const row = ({ name, experiment, created, state, files }: RunLine): string => {
  const links = files.map((file) => `<a href="/runs/${encodeURIComponent(name)}/${file}">${escaped(file)}</a>`);
  const cells = [name, experiment ?? '–', created ?? '–', state].map((text) => `<td>${escaped(text)}</td>`);
  return `<tr>${cells.join('')}<td>${links.join(' ')}</td></tr>`;
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
