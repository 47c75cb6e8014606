/**
 * How devices use the key service: each publishes its prekeys, renews the signed one on a schedule, deletes the secret half of the old one after a while, fills up its one-time prekeys
 * at each renewal, and asks for another device's prekeys before its first message to it. All devices renew at the same time, in the time by which messages are sent.
 */
import type { PrekeySettings } from '../schema/scenario.ts';
import { concatBytes } from '../util/bytes.ts';
import type { Device } from './device.ts';
import type { Link } from './link.ts';
import { blob, isOf } from './wire.ts';

/** A secret half that is to be deleted. */
interface Deletion {
  readonly at: number;
  readonly device: Device;
  readonly generation: number;
}

export class PrekeyClient {
  readonly #settings: PrekeySettings;
  readonly #devices: readonly Device[];
  readonly #link: Link;
  readonly #reject: (reason: string) => void;
  /** In order of time. */
  #deletions: Deletion[] = [];
  #renewAt: number | undefined;

  constructor(
    settings: PrekeySettings,
    devices: readonly Device[],
    { link, reject }: { readonly link: Link; readonly reject: (reason: string) => void },
  ) {
    this.#settings = settings;
    this.#devices = devices;
    this.#link = link;
    this.#reject = reject;
  }

  /** Publishes the prekeys of every device for the first time. */
  async publish(): Promise<void> {
    for (const device of this.#devices) await this.#upload(device, this.#settings.oneTimeKeys);
  }

  /** Does what is due at a time. The first time that it is called is when the first prekeys begin to age. */
  async at(now: number): Promise<void> {
    const { rotateAfter, keepFor } = this.#settings;
    this.#renewAt ??= now + rotateAfter;
    if (now >= this.#renewAt) {
      this.#renewAt = now + rotateAfter;
      for (const device of this.#devices) {
        this.#deletions.push({ at: now + keepFor, device, generation: device.rotatePrekey() });
        await this.#renew(device);
      }
    }
    for (const { device, generation } of this.#deletions.filter(({ at }) => at <= now)) device.deletePrekey(generation);
    this.#deletions = this.#deletions.filter(({ at }) => at > now);
  }

  /** The encoded prekeys of another device, as the service gives them; empty if it has none. */
  async bundle(asker: Device, of: string): Promise<Uint8Array> {
    const reply = await this.#link.ask('relay', { type: 'prekey-query', message: '', ...asker.name, of }, {});
    return reply && isOf(reply, 'prekey-bundle') && reply.header.of === of ? blob(reply, 'bundle') : new Uint8Array(0);
  }

  /** Publishes a new signed prekey, and as many one-time prekeys as the service says are gone. */
  async #renew(device: Device): Promise<void> {
    const waiting = await this.#upload(device, 0);
    const gone = waiting === undefined ? 0 : Math.max(0, this.#settings.oneTimeKeys - waiting);
    if (gone > 0) await this.#upload(device, gone);
  }

  /** Returns how many one-time prekeys wait at the service; undefined if it refused, or did not say. */
  async #upload(device: Device, count: number): Promise<number | undefined> {
    const { identity, prekey, signature, generation, first, once } = device.publishPrekeys(count);
    const reply = await this.#link.ask(
      'relay',
      { type: 'prekey-upload', message: '', ...device.name, generation, first },
      { identity: concatBytes(identity.key, identity.signing), prekey, signature, once: concatBytes(...once) },
    );
    if (reply && isOf(reply, 'prekey-count') && reply.header.refusal === undefined) return reply.header.waiting;
    const why = reply && isOf(reply, 'prekey-count') ? reply.header.refusal : 'no answer';
    this.#reject(`the prekeys of ${device.address} were not published: ${why}`);
    return undefined;
  }
}
