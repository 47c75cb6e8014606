/**
 * Sorting of wide tables on a page, as the text of a script that loads nothing: a button in each column's title, by mouse or keyboard. The first press
 * sorts downwards, the second upwards, the third restores the order of the run, which no press changes. Without the script the tables have no buttons.
 */
import { createHash } from 'node:crypto';

/** The text of the script. A cell sorts by the number that it shows, k/n by its share; what has no number comes last either way. */
export const sortScript = `for (const table of document.querySelectorAll('table.wide, table.compared')) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const sizes = { k: 1e3, M: 1e6, bn: 1e9, B: 1, kB: 1e3, MB: 1e6, GB: 1e9, ms: 1e-3, s: 1, '%': 0.01 };
  const valueOf = (row, at) => {
    const text = (row.cells[at].querySelector('b') ?? row.cells[at]).textContent.replace(/\\u2212/g, '-').replace(/,/g, '');
    if (/^\\W*\\u221e/.test(text)) return 1e300;
    const share = /^\\D*(\\d+)\\/(\\d+)/.exec(text);
    if (share) return Number(share[2]) === 0 ? '' : share[1] / share[2];
    const number = /^[^\\d-]*(-?[\\d.]+)\\s*([kM]?B|GB|bn|[kMs%]|ms)?(?![a-z])/.exec(text);
    return number ? number[1] * (sizes[number[2]] ?? 1) : '';
  };
  const heads = [...table.tHead.querySelectorAll('th[scope=col]')];
  const first = rows[0] ? rows[0].cells.length - heads.length : 0;
  heads.forEach((head, i) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'sort';
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const before = head.getAttribute('aria-sort');
      const order = before === 'descending' ? 'ascending' : before === 'ascending' ? '' : 'descending';
      for (const each of heads) each.removeAttribute('aria-sort');
      if (order) head.setAttribute('aria-sort', order);
      const of = new Map(rows.map((row) => [row, valueOf(row, first + i)]));
      const missing = (row) => Number(of.get(row) === '');
      const sign = order === 'ascending' ? 1 : -1;
      body.append(
        ...(order
          ? rows.toSorted((a, b) => missing(a) - missing(b) || (missing(a) ? 0 : of.get(a) === of.get(b) ? 0 : sign * (of.get(a) < of.get(b) ? -1 : 1)))
          : rows),
      );
    });
  });
}`;

/** Its digest as a policy of a page names it. */
export const sortScriptDigest = `'sha256-${createHash('sha256').update(sortScript).digest('base64')}'`;
