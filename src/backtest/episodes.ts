/** Reading the episodes of a back-test. What became public after an episode began may not predict it, and what became public before was not its outcome. */
import { join } from 'node:path';
import { projectRoot } from '../disk/project.ts';
import { readIfThere } from '../disk/read.ts';
import { mechanisms } from '../metric/tradeoff/backtest.ts';
import type { Range } from '../metric/tradeoff/inputs.ts';
import { BacktestFile, type BacktestInput, type Episode } from '../schema/backtest.ts';
import { check } from '../schema/check.ts';
import { MissingError, UserError } from '../util/errors.ts';
import { yamlValue } from '../util/plain-data.ts';
import { lookUp } from '../util/registry.ts';

/** The episodes that come with the project. */
export const defaultEpisodes: string = join(projectRoot, 'experiments/backtest/episodes.yaml');

/** The checked episodes. A MissingError where there is no file, a UserError that names the first mistake. */
export async function readEpisodes(path = defaultEpisodes): Promise<BacktestFile> {
  const what = `Episodes ${path}`;
  const text = await readIfThere(path);
  if (text === undefined) throw new MissingError(`${what}: there is no file ${path}`);
  return checkEpisodes(yamlValue(text, what), what);
}

/** The same of a value that was read. */
export function checkEpisodes(value: unknown, what: string): BacktestFile {
  const file = check(BacktestFile, value, what);
  const seen = new Set<string>();
  for (const episode of file.episodes) {
    if (seen.has(episode.name)) throw new UserError(`${what}: there are two episodes '${episode.name}'; rename one`);
    seen.add(episode.name);
    checkEpisode(episode, `${what}, episode '${episode.name}'`);
  }
  return file;
}

function checkEpisode({ begins, predictions, observed }: Episode, what: string): void {
  const start = days(begins, `${what}: begins`).first;
  const names = new Set<string>();
  for (const { name, mechanism, inputs } of predictions) {
    const place = `${what}, prediction '${name}'`;
    if (names.has(name)) throw new UserError(`${place}: there are two of that name; rename one`);
    names.add(name);
    const { inputs: facts } = lookUp(mechanisms, 'mechanism', mechanism);
    for (const [input, draw] of Object.entries(inputs)) {
      if (Object.keys(facts).length === 0)
        throw new UserError(`${place}: the mechanism '${mechanism}' takes no inputs, but received '${input}'`);
      const { what: meaning, range } = lookUp(facts, `input of ${mechanism}`, input);
      checkDraw(draw, range, `${place}, input '${input}' (${meaning})`);
      for (const { text, published } of draw.sources ?? []) {
        const { last } = days(published, `${place}, input '${input}': published`);
        if (last >= start)
          throw new UserError(
            `${place}, input '${input}': '${text}' was published ${published}, but the episode begins ${begins}; a prediction may use only what was public before`,
          );
      }
    }
    const missing = Object.keys(facts).find((input) => facts[input]!.neutral === null && !Object.hasOwn(inputs, input));
    if (missing !== undefined)
      throw new UserError(`${place}: the input '${missing}' is missing (${facts[missing]!.what})`);
  }
  if ('notMeasured' in observed) return;
  for (const { what: counted, sources } of observed)
    for (const { text, published } of sources)
      if (days(published, `${what}, observed '${counted}': published`).last < start)
        throw new UserError(
          `${what}, observed '${counted}': '${text}' was published ${published}, before the episode began on ${begins}; an outcome comes after`,
        );
}

function checkDraw(
  { value, beta, uniform, logUniform, assumed, sources }: BacktestInput,
  [least, most]: Range,
  what: string,
): void {
  if ([beta, uniform, logUniform].filter((each) => each !== undefined).length > 1)
    throw new UserError(`${what}: expected one distribution at most; keep beta, uniform or logUniform`);
  if (beta && (least > 0 || most < 1))
    throw new UserError(`${what}: beta draws shares from 0 to 1; use uniform or logUniform`);
  const ends = uniform ?? logUniform;
  for (const each of [value, ...(ends ?? [])])
    if (!(each >= least && each <= most))
      throw new UserError(`${what}: expected values from ${least} to ${most} but received ${each}`);
  if (ends && !(ends[0] <= value && value <= ends[1]))
    throw new UserError(`${what}: expected the value between the ends, ${ends.join(' and ')}, but received ${value}`);
  if (!sources && assumed === undefined)
    throw new UserError(`${what}: expected sources, each with its address and date, or 'assumed' with a reason`);
}

/** The first and the last day that a date can mean, as YYYY-MM-DD, which sorts by time. A UserError for a day that no calendar has. */
function days(date: string, what: string): { readonly first: string; readonly last: string } {
  const [year, month, day] = date.split('-').map(Number);
  const length = month! >= 1 && month! <= 12 ? new Date(Date.UTC(year!, month!, 0)).getUTCDate() : 0;
  if (length === 0 || (day !== undefined && (day < 1 || day > length)))
    throw new UserError(`${what}: there is no such date as ${date}`);
  return day === undefined ? { first: `${date}-01`, last: `${date}-${length}` } : { first: date, last: date };
}
