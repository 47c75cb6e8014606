/**
 * Plans topic, group, family and file format for every index. It proceeds group by group without looking ahead, so that a small corpus is a
 * prefix of a large one (the last group can be cut).
 */
import type { ImageFormat } from '../../image/encode.ts';
import { type Rng, seededRng } from '../../util/rng.ts';
import { still, type View } from './brief.ts';
import { isScreenshot } from './document.ts';
import { between, chance } from './exact.ts';

/** The topics of the pictures; each is a label of the corpus. */
export const topics = ['scene', 'landscape', 'texture', 'document', 'captioned', 'chart', 'drawing'] as const;
/** A label of the corpus. */
export type Topic = (typeof topics)[number];

// Drawings occur twice as often: experiments use them as the stand-in for target content.
const round: readonly Topic[] = [...topics, 'drawing'];

/** Share of groups that are bursts of 2 to 4; with a mean of 3, about 15 % of the pictures. */
const burstShare = 0.055;
/** Share of groups that use one of a few template compositions of their topic. */
const familyShare = 0.25;
const familiesPerTopic = 6;

/** The plan of one picture. */
export interface Planned {
  readonly index: number;
  readonly topic: Topic;
  readonly group: string;
  readonly kind: 'single' | 'burst' | 'family';
  /** Position in its group. */
  readonly member: number;
  /** Names of its random streams. */
  readonly streams: { readonly layout: string; readonly detail: string; readonly shot: string };
  /** Its template, if it has one. */
  readonly family?: string;
}

/** The first pictures of a seed. */
export function planOf(seed: number, count: number): Planned[] {
  const planned: Planned[] = [];
  let order: Topic[] = [];
  for (let group = 0; planned.length < count; group++) {
    if (order.length === 0) order = seededRng(seed, `topics/${group}`).shuffle(round);
    const topic = order.pop()!;
    const rng = seededRng(seed, `group/${group}`);
    const draw = rng.next();
    const kind = draw < burstShare ? 'burst' : draw < burstShare + familyShare ? 'family' : 'single';
    const size = kind === 'burst' ? 2 + rng.int(3) : 1;
    const own = `${topic}/${group}`;
    const family = kind === 'family' ? `${topic}-family-${rng.int(familiesPerTopic)}` : undefined;
    for (let member = 0; member < size && planned.length < count; member++)
      planned.push({
        index: planned.length,
        topic,
        group: `g${String(group).padStart(6, '0')}`,
        kind,
        member,
        streams: { layout: `${family ?? own}/layout`, detail: `${own}/detail`, shot: `${own}/shot/${member}` },
        ...(family ? { family } : {}),
      });
  }
  return planned;
}

/** Size in pixels, as sent by a phone: 640 to 1000 on the longer side. */
export function sizeOf(seed: number, { topic, streams }: Planned): { width: number; height: number } {
  const layout = seededRng(seed, `${streams.layout}/size`);
  const ratio = layout.pick([3 / 4, 3 / 4, 3 / 4, 9 / 16, 9 / 16, 1]);
  const portrait = chance(layout, topic === 'document' ? 0.85 : topic === 'chart' ? 0.15 : 0.5);
  const long = seededRng(seed, `${streams.detail}/size`).pick([640, 720, 768, 800, 800, 800, 832, 900, 960, 1000]);
  const short = Math.floor(long * ratio);
  return portrait ? { width: short, height: long } : { width: long, height: short };
}

/** File format; the pictures of a group share the type, not the quality. */
export function formatOf(
  seed: number,
  { topic, streams }: Planned,
): { format: ImageFormat; orientation: 1 | 3 | 6 | 8 } {
  const group = seededRng(seed, `${streams.detail}/format`);
  const shot = seededRng(seed, `${streams.shot}/format`);
  const draw = group.next();
  // Photographed paper has grain, which takes a megabyte in a PNG.
  const screen = isScreenshot(seededRng(seed, streams.layout));
  const png = {
    scene: 0,
    landscape: 0,
    texture: 0,
    captioned: 0.05,
    document: screen ? 0.85 : 0,
    chart: 0.5,
    drawing: 0.2,
  }[topic];
  if (draw < png) return { format: { type: 'png' }, orientation: 1 };
  const quality = 70 + shot.int(23);
  if (draw > 0.94) return { format: { type: 'webp', quality }, orientation: 1 };
  const camera = topic === 'scene' || topic === 'landscape' || topic === 'texture';
  const orientation = camera && chance(shot, 0.08) ? shot.pick([3, 6, 8] as const) : 1;
  return { format: { type: 'jpeg', quality }, orientation };
}

/** Camera position: the reference for the first shot of a group, slightly different for the others. */
export function viewOf(shot: Rng, member: number): View {
  if (member === 0) return still;
  return {
    zoom: between(shot, 1, 1.08),
    turn: between(shot, -0.005, 0.005),
    shift: [between(shot, -0.03, 0.03), between(shot, -0.03, 0.03)],
  };
}
