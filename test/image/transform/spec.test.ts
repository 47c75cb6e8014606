/** How an experiment file names an edit: defaults, labels, and one sentence for every mistake. */
import { describe, expect, test } from 'vitest';
import { resolveTransform, transformLabel, transforms } from '../../../src/image/transform/index.ts';
import { UserError } from '../../../src/util/errors.ts';

const refusal = (spec: Parameters<typeof resolveTransform>[0]): string => {
  try {
    resolveTransform(spec);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as Error).message;
  }
  throw new Error('was accepted');
};

describe('resolveTransform', () => {
  test('fills in defaults, and labels are complete and in declared order', () => {
    expect(resolveTransform({ name: 'none' })).toEqual({ transform: transforms.none, parameters: {}, label: 'none' });
    expect(resolveTransform({ name: 'jpeg', quality: 30 }).label).toBe('jpeg(quality=30)');
    expect(resolveTransform({ name: 'messenger' }).parameters).toEqual({ maxSide: 1600, quality: 75 });
    expect(resolveTransform({ name: 'messenger', quality: 60, maxSide: 800 }).label).toBe(
      'messenger(maxSide=800, quality=60)',
    );
    expect(transformLabel(transforms.crop, {})).toBe('crop(fraction=0.05)');
  });

  test('parameters that came later are in a label only where they differ from their default', () => {
    expect(resolveTransform({ name: 'blur' }).label).toBe('blur(sigma=2)');
    expect(resolveTransform({ name: 'blur', radius: 3 }).label).toBe('blur(sigma=2, radius=3)');
    expect(resolveTransform({ name: 'rotate' }).label).toBe('rotate(degrees=4)');
    expect(resolveTransform({ name: 'border', pixels: 0 }).label).toBe(
      'border(fraction=0.05, shade=255, inside=0, letterbox=0)',
    );
    expect(resolveTransform({ name: 'jpeg', scale: 1 }).parameters).toEqual({ quality: 75, scale: 1 });
  });

  test('takes 0 as a value, not as nothing', () => {
    expect(resolveTransform({ name: 'border', shade: 0 }).parameters.shade).toBe(0);
  });

  test('an unknown transform', () => {
    expect(refusal({ name: 'jpg' })).toMatch(
      /^Unknown transform 'jpg'\. Did you mean jpeg\? Available: none, jpeg, .*messenger, repost\.$/,
    );
    expect(refusal({ name: 'toString' })).toMatch(/^Unknown transform 'toString'\./);
  });

  test('an unknown parameter', () => {
    expect(refusal({ name: 'jpeg', qualty: 3 })).toBe(
      "Unknown parameter of transform jpeg 'qualty'. Did you mean quality? Available: quality, scale.",
    );
    expect(refusal({ name: 'none', quality: 3 })).toBe("Transform none takes no parameters but received 'quality'.");
  });

  test('a value out of range, not whole, or not a number', () => {
    expect(refusal({ name: 'jpeg', quality: 101 })).toBe(
      'Expected a whole number from 1 to 100 for quality of transform jpeg but received 101 of type number',
    );
    expect(refusal({ name: 'jpeg', quality: 30.5 })).toMatch(/a whole number from 1 to 100/);
    expect(refusal({ name: 'crop', fraction: Number.NaN })).toBe(
      'Expected a number from 0 to 0.49 for fraction of transform crop but received NaN of type number',
    );
  });
});
