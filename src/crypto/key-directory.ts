/** A log of device keys with its entries, as a directory publishes them. */
import { type KeyLog, keyLog, type LogFollower, type LoggedDevice } from './key-log.ts';
import type { LogKeys } from './merkle-log.ts';

export class KeyDirectory {
  readonly log: KeyLog;
  readonly entries: LoggedDevice[] = [];

  constructor(keys: LogKeys) {
    this.log = keyLog(keys);
  }

  add(devices: readonly LoggedDevice[]): void {
    for (const device of devices) {
      this.log.append(device);
      this.entries.push(device);
    }
  }

  /** Shows the newest head to somebody. */
  show(follower: LogFollower): ReturnType<LogFollower['follow']> {
    const from = follower.head?.size ?? 0;
    return follower.follow(this.log.head(), from > 0 && from < this.entries.length ? this.log.consistency(from) : []);
  }

  /** Whether it can prove a device to somebody. */
  proves(follower: LogFollower, device: LoggedDevice): boolean {
    const index = this.entries.indexOf(device);
    return index >= 0 && follower.includes(device, { index, proof: this.log.inclusion(index) });
  }
}
