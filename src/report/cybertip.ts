/**
 * Test reports as XML in the shape of a CyberTipline report: elements, and their order, of the public reporting API of NCMEC
 * (https://report.cybertip.org/ispws/documentation/, root elements `report` and `fileDetails`). Each is marked as a test in ways that a real
 * one cannot bear: a namespace and a root of this project, an incident type and a date that the schema does not allow, and addresses under
 * `.invalid`, which can never exist (RFC 2606). Nothing here sends anything.
 */
import type { Tip } from '../schema/tip.ts';

/** Namespace of the elements: not that of a real report, so that no schema of one accepts them. */
export const testNamespace = 'https://presend.invalid/test-report';

/** First and last words of every document. */
const warning = 'TEST. Not a report. Made by presend of a benign picture in an experiment. Do not send it to anybody.';

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text in an element or an attribute. Control characters and halves of pairs, most of which XML 1.0 does not allow, become U+FFFD. */
const escaped = (text: string): string =>
  text
    .replace(/(?![\t\n\r])\p{Cc}|\p{Cs}|[\ufffe\uffff]/gu, '\ufffd')
    .replace(/[&<>"]/g, (character) => entities[character]!);

/** An element: its name, then its text or its children. Without either it is left out. */
type Node = readonly [name: string, content: string | readonly (Node | undefined)[] | undefined];

function written([name, content]: Node, indent: string): string {
  if (content === undefined) return '';
  const open = `${indent}<${name}>`;
  if (typeof content === 'string') return `${open}${escaped(content)}</${name.split(' ')[0]}>\n`;
  const inner = content.map((each) => (each ? written(each, `${indent}  `) : '')).join('');
  return inner === '' ? '' : `${open}\n${inner}${indent}</${name.split(' ')[0]}>\n`;
}

/** Seconds after the beginning of the year 1: no service, and no network, existed. */
const impossibleTime = (sentAt: number): string => {
  const [day, second] = [Math.floor(sentAt / 86_400) % 28, sentAt % 86_400];
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `0001-01-${two(day + 1)}T${two(second / 3600)}:${two((second / 60) % 60)}:${two(second % 60)}Z`;
};

/** One test report as an XML document. */
export function testReportXml(tip: Tip): string {
  const { incident, reporter, reportedAccount, recipientAccount, files } = tip;
  const service = `presend TEST, strategy ${reporter.strategy}`;
  const at = impossibleTime(incident.sentAt);
  const report: Node = [
    'report',
    [
      [
        'incidentSummary',
        [
          ['incidentType', `TEST: ${incident.type}`],
          ['platform', service],
          ['incidentDateTime', at],
          ['incidentDateTimeDescription', `TEST: logical time ${incident.sentAt} of a run, no date`],
        ],
      ],
      [
        'internetDetails',
        [
          [
            'chatImIncident',
            [
              ['chatClient', service],
              ['additionalInfo', `TEST: found by ${incident.detectedBy}`],
            ],
          ],
        ],
      ],
      [
        'reporter',
        [
          ['reportingPerson', [['email', 'test@presend.invalid']]],
          ['companyTemplate', warning],
          ['legalURL', 'https://presend.invalid/'],
        ],
      ],
      [
        'personOrUserReported',
        [
          ['espIdentifier', `TEST ${reportedAccount.id}`],
          ['espService', service],
        ],
      ],
      [
        'intendedRecipient',
        [
          ['espIdentifier', `TEST ${recipientAccount.id}`],
          ['espService', service],
        ],
      ],
      ['additionalInfo', `${warning} Report ${tip.reportId}.`],
    ],
  ];
  const details = files.map(
    (file, i): Node => [
      'fileDetails',
      [
        ['reportId', `TEST ${tip.reportId}`],
        ['fileId', `TEST ${i + 1}`],
        ['fileViewedByEsp', String(incident.humanReviewed)],
        file.sha256 === null ? undefined : ['originalFileHash hashType="SHA256"', file.sha256],
        file.perceptualHash === null
          ? undefined
          : [`originalFileHash hashType="${escaped(file.perceptualHash.algorithm)}"`, file.perceptualHash.hex],
        [
          'details',
          [
            pair('list entry', file.listEntry),
            pair('distance in bits', file.distanceBits),
            pair('classifier score', file.score),
          ],
        ],
        ['additionalInfo', warning],
      ],
    ],
  );
  const root = `presendTestReport test="true" xmlns="${testNamespace}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<!-- ${warning} -->\n${written([root, [report, ...details]], '')}`;
}

const pair = (name: string, value: string | number | null): Node | undefined =>
  value === null
    ? undefined
    : [
        'nameValuePair',
        [
          ['name', name],
          ['value', String(value)],
        ],
      ];
