/** The site: pages and their order come from `scripts/docs/pages.ts`, which writes them before this file is read. */
import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitepress';

const sidebar = JSON.parse(readFileSync(new URL('../.pages/sidebar.json', import.meta.url), 'utf8'));

/** Anchors as GitHub makes them, so that a link works in the repository and on the site. */
const slugify = (text) =>
  text
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}\- _]/gu, '')
    .replaceAll(' ', '-');

export default defineConfig({
  title: 'presend',
  description: 'What does scanning a message before its encryption find, miss and reveal? presend measures it.',
  lang: 'en',
  srcDir: '.pages',
  outDir: 'dist',
  cacheDir: '.cache',
  // The script after the build checks links and anchors, in HTML as it was written.
  ignoreDeadLinks: true,
  // No inline script may be needed: the pages forbid them.
  metaChunk: true,
  // The script with all tables of the reference is loaded on its own page only.
  vite: { build: { chunkSizeWarningLimit: 3000 } },
  // Pages load nothing from other hosts, and send nothing to them.
  head: [
    [
      'meta',
      {
        'http-equiv': 'Content-Security-Policy',
        content: "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; form-action 'none'",
      },
    ],
  ],
  markdown: {
    anchor: { slugify },
    config: (markdown) => {
      markdown.set({ html: false });
    },
  },
  themeConfig: {
    sidebar,
    nav: [
      { text: 'Tutorial', link: '/tutorial' },
      { text: 'How-to', link: '/how-to' },
      { text: 'Reference', link: '/reference/cli' },
      { text: 'The answer', link: '/answer' },
    ],
    outline: [2, 3],
    search: { provider: 'local' },
  },
});
