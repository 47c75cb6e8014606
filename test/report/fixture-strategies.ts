/** Metrics of made-up strategies, from their sketches. */
import type { Leakage, StrategyMetrics } from '../../src/experiment/tradeoff/metrics.ts';
import { transforms } from './fixture-hashes.ts';
import { clustered, interval, rate } from './fixture-rates.ts';
import type { Sketch } from './fixture-sketches.ts';

const leak = (role: Leakage['role'], secret: Leakage['secret'], k: number, n = 350, channel = 'sizes'): Leakage => {
  const success = rate(k, n);
  const chance = secret === 'topic' ? 0.125 : 1 / 350;
  const lowerBound = Math.max(
    0,
    (success.estimate ?? 0) - (success.estimate === null ? 0 : ((success.estimate - success.low) * 1.645) / 1.96),
  );
  return {
    role,
    secret,
    scope: 'silent',
    success,
    lowerBound,
    chance,
    lift: channel === 'prior' ? null : (success.estimate ?? 0) / chance,
    blind: channel === 'prior' ? n : 0,
    leastAbove: secret === 'topic' ? 74 : 9,
    aboveChance: lowerBound > chance,
    control: rate(secret === 'topic' ? 41 : 1, n),
    controlWithinChance: true,
    channel,
  };
};

const declaredOf = ({ sees }: Sketch): StrategyMetrics['declared'] =>
  (['before-order', 'end'] as const).flatMap((when) =>
    (['relay', 'provider', 'court'] as const).flatMap((role) =>
      (['content', 'hash', 'prefix', 'match'] as const).map((knowledge) => {
        const part = { none: 0, flagged: 141, reported: 19, ordered: when === 'end' ? 24 : 0, all: 2940 }[sees];
        const some =
          role === 'provider' && (knowledge === 'content' || (knowledge === 'match' && sees !== 'ordered')) ? part : 0;
        return {
          role,
          when,
          knowledge,
          declared: some > 0 ? sees : 'none',
          allowed: some,
          found: some,
          messages: 2940,
          holds: true,
        };
      }),
    ),
  );

type Traffic = StrategyMetrics['traffic'][number];

const arrow = (
  phase: Traffic['phase'],
  [from, to]: readonly [Traffic['from'], Traffic['to']],
  packet: string,
  crossings: number,
  medianBytes: number,
): Traffic => ({
  phase,
  from,
  to,
  packet,
  crossings,
  messages: phase === 'set-up' || packet === 'order' ? 0 : crossings,
  // Of 19 reports each has its own size, so that the median does not tell the sum.
  bytes: crossings * medianBytes + (crossings === 19 ? 7 : 0),
  medianBytes,
});

const trafficOf = ({ name, sees, list, overhead }: Sketch): Traffic[] => {
  const sealed = name === 'server-scan' ? 'clear' : 'envelope';
  return [
    arrow('set-up', ['curator', 'provider'], 'list', 1, 45_000),
    ...(list > 0 ? [arrow('set-up', ['provider', 'sender'], 'list', 1, list)] : []),
    ...(name === 'hash-upload' ? [arrow('message', ['sender', 'provider'], 'hash-upload', 2940, overhead)] : []),
    ...(name === 'prefix-lookup'
      ? [
          arrow('message', ['sender', 'provider'], 'prefix-query', 2940, 212),
          arrow('message', ['provider', 'sender'], 'prefix-answer', 2940, 1290),
        ]
      : []),
    ...(sees === 'flagged' ? [arrow('message', ['sender', 'provider'], 'flag', 141, 31_000)] : []),
    arrow('message', ['sender', 'relay'], sealed, 2940, 48_200),
    ...(name === 'server-scan' ? [arrow('message', ['relay', 'provider'], 'clear', 2940, 48_200)] : []),
    arrow('delivery', ['relay', 'recipient'], sealed, 2940, 48_200),
    ...(sealed === 'envelope' ? [arrow('delivery', ['recipient', 'recipient'], 'opened', 2940, 31_000)] : []),
    ...(sees === 'reported' ? [arrow('delivery', ['recipient', 'provider'], 'user-report', 19, 31_400)] : []),
    ...(['all', 'flagged', 'reported'].includes(sees)
      ? [arrow('review', ['provider', 'curator'], 'tip', 19, 640)]
      : []),
    ...(sees === 'ordered'
      ? [
          arrow('order', ['court', 'provider'], 'order', 1, 101),
          arrow('order', ['provider', 'relay'], 'order', 1, 101),
          arrow('order', ['relay', 'court'], 'returned', 24, 48_330),
          arrow('order', ['court', 'court'], 'opened', 24, 31_000),
          arrow('order', ['court', 'curator'], 'tip', 1, 610),
        ]
      : []),
  ];
};

const capacityOf = ({ name, list }: Sketch): StrategyMetrics['capacity'] => {
  if (name === 'client-classifier') return { kind: 'model', note: 'a network knows what it was taught' };
  if (name === 'server-scan' || name === 'hash-upload') return { kind: 'unbounded', note: 'any list' };
  if (list > 0) return { kind: 'auditable', entries: 27, note: 'the list is on every device' };
  return name === 'prefix-lookup'
    ? { kind: 'slots', entries: 3600, note: 'free slots' }
    : { kind: 'none', entries: 0, note: '' };
};

export const strategyOf = (sketch: Sketch): StrategyMetrics => ({
  id: sketch.id,
  name: sketch.name,
  summary: sketch.summary,
  proactive: sketch.proactive,
  operatingPoint: sketch.name === 'client-classifier' ? 'score ≥ 0.91' : 'pdq ≤ 30 bits',
  messages: 2940,
  delivered: rate(2940, 2940),
  refused: 0,
  failed: 0,
  detection: {
    asSent: clustered(sketch.found[0], 140),
    byEdit: transforms.slice(1, 13).map((transform, index) => ({
      transform,
      rate: clustered(Math.min(140, Math.round((sketch.found[1] / 12) * (1.06 - index / 90))), 140),
    })),
    allEdits: clustered(sketch.found[1], 1680, 12),
    newContent: clustered(sketch.found[2], 120),
    near: clustered(Math.round(sketch.found[0] / 14), 90),
  },
  warned: {
    listed: rate(sketch.name === 'client-warn' ? 138 : 0, 140),
    innocent: rate(sketch.name === 'client-warn' ? 3 : 0, 2450),
  },
  falsePositives: {
    all: clustered(sketch.flagged, 2450, 7),
    byTopic: ['leaves', 'texture', 'document', 'drawing'].map((topic, index) => ({
      topic,
      rate: rate(index === 0 ? sketch.flagged : 0, 612),
    })),
  },
  exposed: { innocent: rate(sketch.name === 'server-scan' ? 2450 : sketch.flagged, 2450), perBillion: sketch.exposed },
  leakage: [
    leak('relay', 'identity', 3, 350, 'sizes'),
    leak('relay', 'topic', 50, 350, 'sizes'),
    leak(
      'provider',
      'identity',
      sketch.identity,
      350,
      sketch.name === 'hash-upload'
        ? 'hash'
        : sketch.name === 'prefix-lookup'
          ? 'prefix'
          : sketch.name === 'server-scan'
            ? 'content'
            : 'match',
    ),
    leak('provider', 'topic', sketch.topic, 350, 'nearest hash'),
    leak('court', 'identity', sketch.name === 'escrow' ? 26 : 0, 350, 'content'),
    leak('court', 'topic', sketch.name === 'escrow' ? 68 : 44, 350, 'content'),
  ],
  declared: declaredOf(sketch),
  cost: {
    sentBytesMedian: 48_200 + sketch.overhead,
    overheadBytesMedian: sketch.overhead,
    receivedBytesMedian: sketch.name === 'prefix-lookup' ? 1_290 : 48,
    listBytes: sketch.list,
  },
  traffic: trafficOf(sketch),
  capacity: capacityOf(sketch),
  ...(sketch.name === 'client-warn'
    ? { latent: { becomes: 'client-list', listed: 138, messages: rate(149, 2940) } }
    : {}),
  recovered: [12e6, 16.8e6].map((of) => {
    const [estimate, low, high] = sketch.recovered.map((each) => (each * 1e6 * of) / 12e6) as [number, number, number];
    return { of, reports: interval(estimate, low, high) };
  }),
  innocentAccounts: sketch.innocents,
  reviewHours: sketch.hours,
});
