/** Inputs of the trade-off model that cannot be: refused in every file, with the input, its range and what came. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { BaseRate } from '../../../src/experiment/base-rate/experiment.ts';
import { checkExperiment } from '../../../src/experiment/tradeoff/check.ts';
import { defaultInputs, readEvidence, readInputs } from '../../../src/experiment/tradeoff/model-inputs.ts';
import { positions, sliders, valueAt } from '../../../src/experiment/tradeoff/report-sliders.ts';
import { checkInputs, modelDefaults, totals } from '../../../src/harness/model-inputs.ts';
import { type InputName, inputFacts, inputNames, modelInputs } from '../../../src/metric/tradeoff/inputs.ts';
import { drawWorlds } from '../../../src/metric/tradeoff/simulate.ts';
import { check } from '../../../src/schema/check.ts';
import { UserError } from '../../../src/util/errors.ts';
import { smallBaseRate } from '../../harness/scoring/rows.ts';
import { tiny } from '../../harness/tiny.ts';
import { slow } from '../../helpers/slow.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'presend-inputs-'));
});
afterAll(() => rm(folder, { recursive: true }));

type Given = Record<string, unknown>;

/** The project's own inputs file with some of its parts replaced. */
async function fileWith(change: (file: { inputs: Record<string, Given> } & Given) => void): Promise<string> {
  const file = parse(await readFile(defaultInputs, 'utf8')) as { inputs: Record<string, Given> } & Given;
  change(file);
  const path = join(folder, 'inputs.yaml');
  await writeFile(path, stringify(file));
  return path;
}

/** The message with which a file is refused. */
const refusal = async (path: string): Promise<string> => {
  const error = await readInputs(path).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  return (error as UserError).message;
};

const everyInput = { ...totals, ...inputFacts };

describe('runs A4: every input has a range', () => {
  test('90 % that repeat is 0.9, not 90', async () => {
    const path = await fileWith(({ inputs }) => Object.assign(inputs.repeats!, { value: 90 }));
    expect(await refusal(path)).toBe(
      `Inputs ${path} at /inputs/repeats: expected a value from 0 to 1 (${inputFacts.repeats.what}) but received 90`,
    );
  });

  describe.each(Object.entries(everyInput))('%s', (name, { range: [least, most] }) => {
    const beyond = [least - 1, most * 2 + 1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const said = (each: number) =>
      new RegExp(`/inputs/${name}: expected .* from ${least} to ${most} \\(.*\\) but received ${each}$`);

    test('its value is inside, in a file of inputs and in an experiment', async () => {
      for (const value of beyond) {
        expect(await refusal(await fileWith(({ inputs }) => (inputs[name] = { value, source: 'x' })))).toMatch(
          said(value),
        );
        const model = { ...tiny.model, [name]: { value, source: 'x' } };
        expect(() => checkExperiment({ ...tiny, model }, 'It')).toThrow(
          new RegExp(
            `^It at /model/${name}: expected a value from ${least} to ${most} \\(.*\\) but received ${value}$`,
          ),
        );
      }
    });

    test('so are both ends of its distribution', async () => {
      const inside = Math.max(least, Math.min(most, 1));
      // All kinds of numbers are tried as values; where an end of a distribution is looked at, one beyond each bound shows it.
      for (const kind of ['uniform', 'logUniform'])
        for (const each of slow ? beyond : beyond.slice(0, 2))
          for (const ends of [
            [each, inside],
            [inside, each],
          ]) {
            const path = await fileWith(({ inputs }) => (inputs[name] = { value: inside, [kind]: ends, source: 'x' }));
            expect(await refusal(path), `${kind} ${ends}`).toMatch(said(each));
          }
    });
  });

  test.each<[string, Given, RegExp]>([
    [
      'ends turned round',
      { uniform: [0.9, 0.1] },
      /repeats: expected the lower end first in uniform but received 0.9 before 0.1/,
    ],
    ['logarithmic ends turned round', { logUniform: [0.9, 0.1] }, /the lower end first in logUniform/],
    ['two distributions', { uniform: [0.1, 0.9], beta: [1, 1] }, /one distribution at most/],
    ['a beta that draws nothing but 0', { beta: [1e-300, 1] }, /repeats: expected both numbers of beta from 0.001 to/],
    ['a negative beta', { beta: [-1, 1] }, /repeats: expected both numbers of beta from 0.001 to .* but received -1/],
  ])('a distribution of a share: %s', async (_, more, message) => {
    expect(
      await refusal(await fileWith(({ inputs }) => Object.assign(inputs.repeats!, { uniform: undefined }, more))),
    ).toMatch(message);
  });

  test('shares from 0 to 1 are no files in a report, and matches are whole', async () => {
    const beta = { value: 2, beta: [2, 2], source: 'x' };
    expect(await refusal(await fileWith(({ inputs }) => (inputs.filesPerReport = beta)))).toContain(
      'beta draws shares from 0 to 1, but this is from 1 to 1000000',
    );
    for (const name of ['matchThreshold', 'topItems'])
      expect(await refusal(await fileWith(({ inputs }) => (inputs[name] = { value: 2.5, source: 'x' })))).toMatch(
        /expected a whole number .* but received 2.5/,
      );
  });

  test('no more reports are lost than there were', async () => {
    const path = await fileWith(({ inputs }) => Object.assign(inputs.reportsLost!, { value: 17e6 }));
    expect(await refusal(path)).toContain('reportsLost: expected at most reportsTotal, 16800000');
  });

  test('counts are not negative, and no more than there were trials', async () => {
    const list = (of: string, change: Given) => fileWith((file) => Object.assign((file[of] as Given[])[0]!, change));
    expect(await refusal(await list('falsePositiveClaims', { k: -3 }))).toContain('/falsePositiveClaims/0/k');
    expect(await refusal(await list('falsePositiveClaims', { k: 5, n: 4 }))).toMatch(
      /expected k from 0 to n, 4, but received 5/,
    );
    expect(await refusal(await list('downstream', { k: 9e9 }))).toMatch(/'Ireland 2020': expected k from 0 to n/);
  });

  test('an unknown input is named, and a missing one', async () => {
    expect(await refusal(await fileWith(({ inputs }) => (inputs.repeatz = { value: 1, source: 'x' })))).toContain(
      'repeats',
    );
    expect(() => checkInputs({}, 'It')).toThrow("the input 'reportsLost' is missing");
  });

  test('the files of the project are inside, and so is every draw of them', async () => {
    const file = await readInputs();
    for (const { setting } of drawWorlds(modelInputs(file, file.offenders[0]), { seed: 1, draws: 500 }))
      for (const name of inputNames) {
        const [least, most] = inputFacts[name].range;
        expect(setting[name], name).toBeGreaterThanOrEqual(least);
        expect(setting[name], name).toBeLessThanOrEqual(most);
      }
  });

  test('a slider of the page cannot leave the range of its input', () => {
    for (const slider of sliders) {
      const [least, most] = slider.name === 'falsePositive' ? [0, 1] : inputFacts[slider.name as InputName].range;
      for (let position = 0; position <= positions; position++) {
        const value = valueAt(slider, position);
        expect(value >= least && value <= most, `${slider.name} at ${position}: ${value}`).toBe(true);
      }
    }
  });

  test('a base-rate experiment has ranges too', () => {
    const volume = (change: Given) => ({ ...smallBaseRate, volume: { ...smallBaseRate.volume, ...change } });
    for (const [name, value] of [
      ['prevalence', 90],
      ['tpr', 1.01],
      ['hoursPerYear', 9000],
      ['secondsPerReview', 1e6],
    ] as const)
      expect(() => check(BaseRate, volume({ [name]: { value, source: 'x' } }), 'It')).toThrow(`/volume/${name}/value`);
  });
});

describe('the model before server scanning was its anchor', () => {
  test.each(['onList', 'unedited', 'prevalence', 'imagesPerYear'])('an input of it, %s, is refused', (name) => {
    const model = { ...tiny.model, [name]: { value: 0.5, source: 'test' } };
    expect(() => checkExperiment({ ...tiny, model }, 'It')).toThrow(/^It at \/model\/\w+: .*an older model/);
  });

  test('metrics of it are refused: the run has to be made again', async () => {
    const run = join(folder, 'old');
    await mkdir(run);
    await writeFile(join(run, 'metrics.json'), JSON.stringify({ strategies: [{ evidence: { listedAsSent: {} } }] }));
    await expect(readEvidence(run)).rejects.toThrow(/^Run .*an older model.*run the experiment again$/);
  });
});

test('findings of clips with more successes than trials are refused, and videos need how much of them repeats', () => {
  const { clipFindings } = modelDefaults();
  const [first, ...others] = clipFindings.strategies;
  const wrong = { ...first!, newContent: { k: 13, n: 12 } };
  expect(() =>
    checkExperiment({ ...tiny, clipFindings: { ...clipFindings, strategies: [wrong, ...others] } }, 'It'),
  ).toThrow(`It at /clipFindings, ${first!.strategy}, newContent: expected k from 0 to n, 12, but received 13`);
  const { videoRepeats: _, ...inputs } = modelDefaults().inputs;
  expect(() => checkInputs(inputs, 'It')).toThrow(
    "the input 'videoRepeats' is missing; with videoShare, give it a value and a source",
  );
});
