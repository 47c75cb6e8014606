/** A small share of the kill campaign (`npm run kill-relay`), and that it finds out relays that are worse. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { roomyFolder } from '../helpers/empty-store.ts';
import { noPostgres } from '../helpers/postgres.ts';
import { type KillReport, killRelay } from './kill-relay.ts';
import { embeddedPlaces, type Places, serverPlaces } from './places.ts';

const whole = { lost: 0, doubled: 0, changed: 0, left: 0 };

/** Three kills: between a post's commit and its answer, the same of an acknowledgement, and any moment. */
function expectWhole(report: KillReport): void {
  expect(report).toMatchObject({ kills: 3, ...whole });
  expect(report.answered).toBeGreaterThan(10);
  expect(report.killsUnderLoad).toBeGreaterThan(0);
  expect(report.fell.committed.post).toBeGreaterThan(0);
  expect(report.fell.committed.acknowledgement).toBeGreaterThan(0);
}
// Starting a process takes a second on an idle machine, and many on a busy one.
const timeout = 300_000;

describe('a relay that is killed under load, embedded', { timeout }, () => {
  let places: Places;
  beforeAll(async () => {
    places = await embeddedPlaces(roomyFolder());
  });
  afterAll(() => places.close());

  test('loses nothing, doubles nothing', async () => {
    expectWhole(await killRelay({ place: await places.next(), kills: 3, seed: 1 }));
  });

  test('that runs a strategy loses no report either, and none comes twice', async () => {
    const report = await killRelay({ place: await places.next(), kills: 3, seed: 4, strategy: 'client-list' });
    expectWhole(report);
    expect(report).toMatchObject({ unreported: 0, twice: 0 });
    expect(report.flagged).toBeGreaterThan(3);
  });

  test('is found out when it answers before it stores', async () => {
    const report = await killRelay({ place: await places.next(), kills: 1, seed: 2, mutant: 'early' });
    expect(report.lost).toBeGreaterThan(0);
  });

  test('is found out when it forgets acknowledgements', async () => {
    const report = await killRelay({ place: await places.next(), kills: 0, seed: 3, mutant: 'deaf' });
    expect(report.doubled).toBeGreaterThan(0);
  });
});

describe('a relay that is killed under load, on a server', { timeout }, () => {
  if (noPostgres !== undefined) return test.skip(noPostgres, () => undefined);
  let places: Places;
  beforeAll(async () => {
    places = await serverPlaces();
  });
  afterAll(() => places.close());

  test('loses nothing, doubles nothing', async () => {
    expectWhole(await killRelay({ place: await places.next(), kills: 3, seed: 1 }));
  });
});
