/**
 * Numbers of typed arrays are compared at once where they are the same: Vitest takes them one by one, which for the pixels of a picture is seconds. Where they
 * differ, Vitest compares them itself, and shows what differs.
 */
import { expect } from 'vitest';

const bytesOf = (value: unknown): Buffer | undefined =>
  ArrayBuffer.isView(value) ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : undefined;

expect.addEqualityTesters([
  (one: unknown, other: unknown): true | undefined => {
    const first = bytesOf(one);
    if (!first || Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return undefined;
    return first.equals(bytesOf(other)!) ? true : undefined;
  },
]);
