/** What every role saw, and whether that is what the strategy declares. */
import type { Declared, StrategyMetrics } from '../../schema/metrics.ts';
import { counted, fraction } from '../format.ts';
import type { Metrics } from '../types.ts';
import { plainTable } from './blocks.ts';
import { type Html, html } from './html.ts';

const verdict = (line: Declared): Html =>
  line.holds ? html`<span class="holds">✓ holds</span>` : html`<span class="breaks">✗ broken</span>`;

const seen = ({ found, messages }: Declared): string =>
  fraction({ k: found, n: messages, estimate: null, low: 0, high: 1, method: '' });

/** One role's cell: all that its view held at the end of the run, or that it held nothing. */
function view(strategy: StrategyMetrics, role: string): Html {
  const lines = strategy.declared.filter((line) => line.role === role && line.when === 'end');
  if (lines.length === 0) return html`<span class="note">not declared</span>`;
  const shown = lines.filter((line) => line.found > 0 || !line.holds);
  if (shown.length === 0) return html`nothing <span class="holds">✓</span>`;
  return html`${shown.map(
    (line) =>
      html`<div>${line.knowledge}: ${seen(line)}, declared ${line.declared} ${line.holds ? html`<span class="holds">✓</span>` : verdict(line)}</div>`,
  )}`;
}

const moments: Readonly<Record<string, string>> = {
  end: 'at the end',
  'before-order': 'before any court order',
  'key-used-on-all': 'after the key was used on every account',
};

/** A strategy's lines in full, open where one of them is broken. */
function full({ name, declared }: StrategyMetrics): Html {
  const broken = declared.filter(({ holds }) => !holds).length;
  const summary =
    broken === 0
      ? html`${name}: <span class="holds">✓ all ${counted(declared.length, 'declaration')} hold</span>`
      : html`${name}: <span class="breaks">✗ ${broken} of ${counted(declared.length, 'declaration')} broken</span>`;
  const rows = declared.map((line) => [
    line.role,
    moments[line.when] ?? line.when,
    line.knowledge,
    line.declared,
    fraction({ k: line.allowed, n: line.messages, estimate: null, low: 0, high: 1, method: '' }),
    seen(line),
    verdict(line),
  ]);
  const head = ['role', 'when', 'learns', 'declared for', 'messages allowed', 'messages found', 'verdict'];
  return html`<details${broken > 0 && html` open`}><summary>${summary}</summary>${plainTable(`Declarations of ${name}`, head, rows)}</details>`;
}

/** The matrix of roles and strategies, then each strategy in full. */
export function declaredSection({ strategies }: Metrics): Html {
  const roles = [...new Set(strategies.flatMap(({ declared }) => declared.map(({ role }) => role)))];
  if (roles.length === 0) return html`<p>No strategy declared anything.</p>`;
  const rows = strategies.map((strategy) => [strategy.name, ...roles.map((role) => view(strategy, role))]);
  const broken = strategies.filter(({ declared }) => declared.some(({ holds }) => !holds));
  const holding = strategies.filter((strategy) => !broken.includes(strategy));
  return html`<p>Each cell lists what that role's view held at the end of the run, as messages of all messages sent, and for which
messages the strategy declares it.</p>
${plainTable('What each role saw', ['strategy', ...roles], rows)}
${broken.map(full)}
${
  holding.length > 0 &&
  html`<details><summary>Every declaration of ${counted(holding.length, 'strategy').replace(/strategys$/, 'strategies')} that hold</summary>${holding.map(full)}</details>`
}`;
}
