/** Test reports as XML: well-formed, in the order of the public form, and nothing that could pass for a real one. */
import { describe, expect, test } from 'vitest';
import { testNamespace, testReportXml } from '../../src/report/cybertip.ts';
import type { Tip } from '../../src/schema/tip.ts';
import { tipExample } from '../helpers/examples.ts';

/** Names of the elements in order, and whether they nest. Throws if they do not. */
function elementsOf(xml: string): string[] {
  const open: string[] = [];
  const seen: string[] = [];
  const body = xml.replace(/<\?xml[^>]*\?>/, '').replace(/<!--[\s\S]*?-->/g, '');
  for (const [, end, name] of body.matchAll(/<(\/?)([A-Za-z]+)(?: [a-zA-Z]+="[^"<]*")*>/g)) {
    if (!end) {
      open.push(name!);
      seen.push(open.join('/'));
    } else if (open.pop() !== name) throw new Error(`${name} ends where another is open`);
  }
  if (open.length > 0) throw new Error(`${open.join()} never end`);
  expect(body.replace(/<\/?[A-Za-z]+(?: [a-zA-Z]+="[^"<]*")*>/g, '')).not.toMatch(/[<>]|&(?!(amp|lt|gt|quot);)/);
  return seen;
}

const xml = testReportXml(tipExample);

test('has the elements of the public form, in its order', () => {
  const elements = elementsOf(xml).map((path) => path.replace('presendTestReport/', ''));
  const at = (path: string): number => elements.indexOf(path);
  const order = [
    'report/incidentSummary/incidentType',
    'report/incidentSummary/platform',
    'report/incidentSummary/incidentDateTime',
    'report/internetDetails/chatImIncident/chatClient',
    'report/reporter/reportingPerson/email',
    'report/personOrUserReported/espIdentifier',
    'report/intendedRecipient/espIdentifier',
    'report/additionalInfo',
    'fileDetails/reportId',
    'fileDetails/fileId',
    'fileDetails/fileViewedByEsp',
    'fileDetails/originalFileHash',
    'fileDetails/details/nameValuePair/name',
    'fileDetails/additionalInfo',
  ].map(at);
  expect(order).not.toContain(-1);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
});

test('leaves out what its maker does not have', () => {
  const [file] = tipExample.files;
  const bare: Tip = {
    ...tipExample,
    incident: { ...tipExample.incident, humanReviewed: false },
    files: [{ ...file!, sha256: null, perceptualHash: null, listEntry: null, distanceBits: null, score: null }],
  };
  const text = testReportXml(bare);
  expect(text).toContain('<fileViewedByEsp>false</fileViewedByEsp>');
  for (const name of ['originalFileHash', 'details>', 'nameValuePair']) expect(text).not.toContain(name);
});

describe('cannot be mistaken for a real report', () => {
  test('its root and namespace are of this project, and every part says TEST', () => {
    expect(xml).toContain(`<presendTestReport test="true" xmlns="${testNamespace}">`);
    expect(xml.match(/TEST/g)!.length).toBeGreaterThan(8);
    expect(xml.split('\n')[1]).toMatch(/^<!-- TEST\. Not a report\./);
    expect(xml).toContain('<incidentType>TEST: presend experiment: target content</incidentType>');
  });

  test('its only addresses can never exist, and its time is no time of any service', () => {
    expect(xml.match(/https?:\/\/[^/"<\s]+/g)!.every((each) => each.endsWith('.invalid'))).toBe(true);
    expect(xml.match(/\S+@[^<\s]+/g)!.every((each) => each.endsWith('.invalid'))).toBe(true);
    expect(xml).toContain('<incidentDateTime>0001-01-01T00:00:12Z</incidentDateTime>');
    expect(xml).not.toMatch(/cybertip|ncmec|missingkids/i);
  });
});

test('hostile names stay text', () => {
  const hostile = testReportXml({
    ...tipExample,
    reportId: 'x/]]><!-- & "\u0000\u001b[31m',
    reportedAccount: { id: '</espIdentifier><real/>\ud800' },
  });
  elementsOf(hostile);
  expect(hostile).not.toContain('<real/>');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
  expect(hostile).not.toMatch(/[\u0000-\u0008\u001b]/);
});
