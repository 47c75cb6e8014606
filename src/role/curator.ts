/** The curator: publishes the hash list and receives reports. */
import { binary } from '../match/format/binary.ts';
import type { HashList } from '../match/hash-list.ts';
import { check } from '../schema/check.ts';
import { Tip } from '../schema/tip.ts';
import { fromUtf8 } from '../util/bytes.ts';
import { UserError } from '../util/errors.ts';
import { isDeeper } from '../util/json-depth.ts';
import type { Network } from './network.ts';
import { blob, type Packet } from './wire.ts';

export class Curator {
  readonly #network: Network;
  readonly #list: HashList;
  #tips: Tip[] = [];
  /** Number of reports, counted from the first, that are also stored elsewhere. */
  #settled = 0;

  constructor(network: Network, list: HashList) {
    this.#network = network;
    this.#list = list;
  }

  /** Sends the list to the provider in the project's binary format; `list` may hold the same pictures under another hash. */
  publish(list = this.#list): Packet<'list'> {
    const { version, root } = list;
    return this.#network.carry(
      'curator',
      'provider',
      { type: 'list', message: '', version, root },
      { list: binary.write(list) },
    );
  }

  /** Receives a report. Throws a UserError if it does not fit the schema. */
  receive(packet: Packet<'tip'>): void {
    this.#tips.push(check(Tip, parse(blob(packet, 'tip')), 'Report to the curator'));
  }

  /** Reports received, in order. */
  get tips(): readonly Tip[] {
    return this.#tips;
  }

  /** The first report that is not stored yet, if there is one. */
  get unsettled(): Tip | undefined {
    return this.#tips[this.#settled];
  }

  /** Marks the first unstored report as stored. */
  settle(): void {
    this.#settled++;
  }

  /** Drops the reports that are stored elsewhere. */
  forget(): void {
    this.#tips = this.#tips.slice(this.#settled);
    this.#settled = 0;
  }
}

function parse(bytes: Uint8Array): unknown {
  if (isDeeper(bytes, 16)) throw new UserError('Report to the curator: nested more than 16 deep');
  try {
    return JSON.parse(fromUtf8(bytes));
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
    throw new UserError('Report to the curator: expected JSON in UTF-8');
  }
}
