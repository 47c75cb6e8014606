/**
 * The rows of a trade-off run, counted batch by batch: what all its metrics are computed from. Nothing of a row is kept but counts and a few bytes,
 * so that a million pictures fit in memory.
 */
import type { ClipRow, SentClipRow } from '../../schema/clip-rows.ts';
import type { Fold } from '../../schema/fold.ts';
import type { DeploymentRow, MatchRow, ViewRow } from '../../schema/observation.ts';
import type { WithDetectors } from '../../score/hash-facts.ts';
import { Calibration, classifierDetectors, type Detector } from '../../score/thresholds.ts';
import { Numbered, type Renumbering } from '../../util/numbered.ts';
import { Tally } from '../../util/tally.ts';
import type { Experiment } from './experiment.ts';
import type { Metrics, Traffic } from './metrics.ts';
import type { TradeoffRow } from './rows.ts';
import { DetectorCounts } from './score-classifier.ts';
import { joinDeployments, TrafficSums, ViewSums } from './score-cohorts.ts';
import { EqualityCounts } from './score-equality.ts';
import { AttackCounts, type Judge, judgeOf } from './score-leakage.ts';
import { HashCounts } from './score-matches.ts';
import { MessageCounts } from './score-messages.ts';

/** Pictures that the first hash of the experiment looked at. */
class PictureCounts {
  count = 0;
  readonly content: Metrics['dataset']['content'] = {};
  readonly #groups = new Tally();

  add({ content, split }: MatchRow, group: number): void {
    this.count++;
    this.#groups.set(group, 1);
    this.#addContent(content, split, 1);
  }

  merge(following: PictureCounts, groups: Renumbering): void {
    this.count += following.count;
    for (const [group] of following.#groups.entries()) this.#groups.set(groups[group]!, 1);
    for (const [content, { calibration, evaluation }] of Object.entries(following.content)) {
      this.#addContent(content, 'calibration', calibration);
      this.#addContent(content, 'evaluation', evaluation);
    }
  }

  get groups(): number {
    return [...this.#groups.entries()].length;
  }

  #addContent(content: string, split: 'calibration' | 'evaluation', count: number): void {
    this.content[content] ??= { calibration: 0, evaluation: 0 };
    this.content[content]![split] += count;
  }
}

/** What is summed of a strategy beside its messages. */
interface Deployed {
  readonly views: ViewSums;
  readonly traffic: TrafficSums;
  deployment: DeploymentRow | undefined;
}

/** All counts of a run. */
export class TradeoffCounts implements Fold<TradeoffRow> {
  readonly #experiment: WithDetectors;
  readonly #firstHash: string | undefined;
  readonly groups = new Numbered();
  readonly #accounts = new Numbered();
  readonly #listed = new Numbered();
  readonly refused: { picture: string; reason: string }[] = [];
  readonly pictures = new PictureCounts();
  readonly calibration: Calibration;
  readonly detectors: { readonly deciding: Detector; readonly untrained: Detector };
  readonly #scores: readonly DetectorCounts[];
  readonly #hashes = new Map<string, HashCounts>();
  readonly equality: EqualityCounts;
  readonly #messages = new Map<string, MessageCounts>();
  readonly #deployed = new Map<string, Deployed>();
  readonly attacks = new AttackCounts();
  /** Of clips all rows are kept: an experiment has few. */
  readonly clips: ClipRow[] = [];
  readonly sentClips: SentClipRow[] = [];
  #judge: { readonly tests: number; readonly seed: number; readonly judge: Judge } | undefined;

  /** `label`: index of the classifier's label among its scores. */
  constructor(experiment: Pick<Experiment, 'seed' | 'grid' | 'messages' | 'detectors'>, label: number) {
    const { grid, messages } = experiment;
    this.#experiment = experiment;
    this.#firstHash = grid.hash[0];
    this.equality = new EqualityCounts(experiment);
    this.detectors = classifierDetectors(messages, label);
    const detectors = [...new Set([this.detectors.deciding, this.detectors.untrained])];
    this.calibration = new Calibration(detectors, experiment);
    this.#scores = detectors.map((each) => new DetectorCounts(each));
  }

  add(rows: readonly TradeoffRow[]): void {
    this.calibration.add(rows);
    for (const row of rows) this.#addRow(row);
  }

  #addRow(row: TradeoffRow): void {
    switch (row.row) {
      case 'refused':
        this.refused.push({ picture: row.picture, reason: row.reason });
        break;
      case 'match': {
        const group = this.groups.of(row.group);
        this.hashOf(row.hash).add(row, group);
        if (row.transform === 'none' && row.hash === this.#firstHash) this.pictures.add(row, group);
        break;
      }
      case 'classify':
        for (const each of this.#scores) each.add(row, this.groups.of(row.group));
        break;
      case 'trained-head':
        for (const each of this.#scores) each.addHead(row);
        break;
      case 'equality':
        this.equality.add(row, this.groups.of(row.group));
        break;
      case 'message':
        this.messagesOf(row.strategy).add(row, {
          groups: this.groups,
          accounts: this.#accounts,
          listed: this.#listed,
        });
        break;
      case 'view':
        this.#deployedOf(row.strategy).views.add(row);
        break;
      case 'traffic':
        this.#deployedOf(row.strategy).traffic.add(row);
        break;
      case 'deployment': {
        const deployed = this.#deployedOf(row.strategy);
        deployed.deployment = joinDeployments(deployed.deployment, row);
        break;
      }
      case 'attack':
        this.attacks.add(row);
        break;
      case 'clip':
        this.clips.push(row);
        break;
      case 'sent-clip':
        this.sentClips.push(row);
    }
  }

  merge(following: TradeoffCounts): void {
    const groups = this.groups.merge(following.groups);
    const numbers = {
      groups,
      accounts: this.#accounts.merge(following.#accounts),
      listed: this.#listed.merge(following.#listed),
    };
    for (const each of following.refused) this.refused.push(each);
    this.pictures.merge(following.pictures, groups);
    this.calibration.merge(following.calibration);
    for (const [i, each] of this.#scores.entries()) each.merge(following.#scores[i]!, groups);
    for (const [name, hash] of following.#hashes) this.hashOf(name).merge(hash, groups);
    this.equality.merge(following.equality, groups);
    for (const [name, counts] of following.#messages) this.messagesOf(name).merge(counts, numbers);
    for (const [name, { views, traffic, deployment }] of following.#deployed) {
      const own = this.#deployedOf(name);
      own.views.merge(views);
      own.traffic.merge(traffic);
      if (deployment) own.deployment = joinDeployments(own.deployment, deployment);
    }
    this.attacks.merge(following.attacks);
    for (const each of following.clips) this.clips.push(each);
    for (const each of following.sentClips) this.sentClips.push(each);
  }

  /** The counts of a hash; empty ones of a hash without rows. */
  hashOf = (name: string): HashCounts => {
    const found = this.#hashes.get(name) ?? new HashCounts(name, this.#experiment);
    this.#hashes.set(name, found);
    return found;
  };

  /** The messages of a strategy; none of one that did not run. */
  messagesOf = (name: string): MessageCounts => {
    const found = this.#messages.get(name) ?? new MessageCounts(name);
    this.#messages.set(name, found);
    return found;
  };

  detectorOf(detector: Detector): DetectorCounts {
    return this.#scores.find((each) => each.detector === detector)!;
  }

  viewsOf(strategy: string): ViewRow[] {
    return this.#deployedOf(strategy).views.rows();
  }

  trafficOf(strategy: string): Traffic[] {
    return this.#deployedOf(strategy).traffic.arrows();
  }

  deploymentOf(strategy: string): DeploymentRow | undefined {
    return this.#deployedOf(strategy).deployment;
  }

  /** The tests against chance: all attacks of the run share their memory, since many guess alike. */
  judge(seed: number): Judge {
    const tests = this.attacks.tried;
    if (this.#judge?.tests !== tests || this.#judge.seed !== seed)
      this.#judge = { tests, seed, judge: judgeOf(tests, seed) };
    return this.#judge.judge;
  }

  #deployedOf(strategy: string): Deployed {
    const found = this.#deployed.get(strategy) ?? {
      views: new ViewSums(),
      traffic: new TrafficSums(),
      deployment: undefined,
    };
    this.#deployed.set(strategy, found);
    return found;
  }
}
