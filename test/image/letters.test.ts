/** Text without a font of the machine: the same bytes everywhere. */
import { describe, expect, test } from 'vitest';
import { blankCanvas, drawText, measureText } from '../../src/image/letters.ts';
import { sha256Hex } from '../../src/util/digest.ts';

const black = [0, 0, 0] as const;
const ink = (data: Uint8Array): number => data.reduce((sum, value) => sum + (255 - value), 0) / 255 / 3;

describe('drawText', () => {
  test('draws these bytes on every machine', () => {
    const canvas = blankCanvas(420, 90, [250, 250, 240]);
    drawText(canvas, 'Sphinx of black quartz, judge my vow. 0123456789', {
      x: 6,
      y: 20,
      size: 14,
      color: [20, 20, 60],
    });
    drawText(canvas, 'ÄÖÜ ß é ç € – bold', { x: 6.4, y: 48, size: 24, color: [160, 0, 0], bold: true });
    drawText(canvas, 'half there', { x: 300, y: 86, size: 31.5, color: [0, 90, 0], opacity: 0.5 });
    expect(sha256Hex(canvas.data)).toBe('29bbe7f64ecad0608a9160fc78b6a3ddbfcb0e50f2b5002c0130caa4ca41be34');
  });

  test('fills by non-zero winding: an I is its stem, an O has a hole', () => {
    // DejaVu Sans: the stem of I is 201 × 1493 of 2048 units, one rectangle.
    const stem = blankCanvas(100, 100);
    drawText(stem, 'I', { x: 20, y: 90, size: 80, color: black });
    expect(Math.abs(ink(stem.data) / (((201 * 1493) / 2048 ** 2) * 80 ** 2) - 1)).toBeLessThan(0.01);
    const ring = blankCanvas(100, 100);
    drawText(ring, 'O', { x: 10, y: 90, size: 80, color: black });
    const middle = 10 + Math.round(measureText('O', 80) / 2);
    expect(ring.data[(61 * 100 + middle) * 3], 'the hole').toBe(255);
    expect(ring.data[(61 * 100 + 17) * 3], 'the left side').toBe(0);
  });

  test('draws the same whatever was drawn before, on the nearest whole baseline', () => {
    const [a, b] = [blankCanvas(80, 30), blankCanvas(80, 30)];
    drawText(a, 'again', { x: 4.25, y: 20, size: 17, color: black });
    drawText(blankCanvas(80, 30), 'again', { x: 4.5, y: 20, size: 17, color: black });
    drawText(b, 'again', { x: 4.25, y: 20.4, size: 17, color: black });
    expect(sha256Hex(b.data)).toBe(sha256Hex(a.data));
  });

  test('opacity scales the ink, 0 draws nothing', () => {
    const at = (opacity: number): number => {
      const canvas = blankCanvas(120, 30);
      drawText(canvas, 'opacity', { x: 4, y: 22, size: 20, color: black, opacity });
      return ink(canvas.data);
    };
    expect(at(0)).toBe(0);
    expect(at(0.5) / at(1)).toBeCloseTo(0.5, 1);
  });

  test('drops what falls outside, on every side', () => {
    const canvas = blankCanvas(10, 10);
    for (const [x, y] of [
      [-500, 5],
      [500, 5],
      [3, -500],
      [3, 500],
      [-8, 14],
    ] as const)
      drawText(canvas, 'WWW', { x, y, size: 20, color: black });
    expect(canvas.data.length).toBe(300);
    expect(ink(canvas.data)).toBeGreaterThan(0);
  });
});

describe('measureText', () => {
  test('grows with the text and with the size, and bold is wider', () => {
    expect(measureText('', 20)).toBe(0);
    const text = 'Every letter adds some width.';
    for (let n = 1; n <= text.length; n++)
      expect(measureText(text.slice(0, n), 20)).toBeGreaterThan(measureText(text.slice(0, n - 1), 20));
    expect(measureText(text, 40)).toBeCloseTo(2 * measureText(text, 20), 9);
    expect(measureText(text, 20, true)).toBeGreaterThan(measureText(text, 20));
  });

  test('is the advance of the font: a space is 651 of 2048 units', () =>
    expect(measureText(' ', 2048)).toBeCloseTo(651, 6));

  test('holds the ink of a line between its ends', () => {
    const canvas = blankCanvas(300, 40);
    drawText(canvas, 'nonsense', { x: 20, y: 30, size: 24, color: black });
    const end = 20 + measureText('nonsense', 24);
    for (let y = 0; y < 40; y++)
      for (let x = 0; x < 300; x++)
        if (canvas.data[(y * 300 + x) * 3]! < 255) expect(x >= 20 && x <= end, `ink at ${x}`).toBe(true);
  });
});
