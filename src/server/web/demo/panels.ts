/** The six panels: what each role received, what it holds, and what it can infer. */
import { bytes, counted } from '../../../report/format.ts';
import type { Role } from '../../../schema/vocabulary.ts';
import type { Strategy } from '../../../strategy/strategy.ts';
import { element } from '../dom.ts';
import { declaredText, type Inference, inferences } from './infer.ts';
import { seesOf } from './sees.ts';
import type { Shown, ShownEntry, ShownRole } from './shown.ts';
import { thumbnail } from './thumbnail.ts';

const titles: Readonly<Record<Role, readonly [name: string, who: string]>> = {
  sender: ['Sender’s phone', 'has the picture first'],
  relay: ['Relay', 'carries messages from phone to phone'],
  provider: ['Provider', 'runs the service and the relay'],
  recipient: ['Recipient’s phone', 'receives the picture'],
  curator: ['Curator', 'maintains the list, receives reports'],
  court: ['Court', 'can order what one account sent'],
};

/** Redraws all panels. */
export function drawPanels(place: HTMLElement, shown: Shown, strategy: Strategy): void {
  place.replaceChildren(...shown.roles.map((role) => panel(role, shown, strategy)));
}

function panel({ role, entries }: ShownRole, { message, sent, roles }: Shown, strategy: Strategy): HTMLElement {
  const [name, who] = titles[role];
  const about = message === undefined ? [] : entries.filter((each) => each.message === message);
  const general = entries.filter((each) => each.message === '');
  const known = message === undefined ? [] : inferences(role, about, strategy);
  const relay = roles.find((each) => each.role === 'relay')!.entries;
  const carried = role === 'provider' && relay.some((each) => each.message === message && each.endpoints);
  const phone = role === 'sender' || role === 'recipient';
  const own = role === 'sender' && message !== undefined;
  return element('article', { class: 'role fresh', id: `role-${role}`, 'data-role': role, 'aria-label': name }, [
    element('h2', {}, [name, !phone && message !== undefined && badge(known)]),
    element('p', { class: 'who' }, [who]),
    element('h3', {}, [own ? 'Replies that it received for this message' : 'What it received for this message']),
    message === undefined
      ? element('p', { class: 'nothing' }, ['nothing has been sent yet'])
      : about.length === 0
        ? element('p', { class: 'nothing', 'data-nothing': true }, ['nothing'])
        : element('ul', { class: 'got' }, about.map(received)),
    ...(message === undefined || phone ? [] : knows(carried ? withRelay(known) : known)),
    ...hands(entries, sent),
    ...(general.length === 0
      ? []
      : [
          element('details', {}, [
            element('summary', {}, [`Set-up and orders: ${bytes(sum(general))}`]),
            element('ul', { class: 'got' }, general.map(received)),
          ]),
        ]),
    phone
      ? element('p', { class: 'declared' }, [
          role === 'sender' ? disclosures[strategy.listDisclosure] : 'gets the message under every strategy',
        ])
      : element('p', { class: 'declared' }, [declaredText(role, strategy)]),
  ]);
}

const disclosures: Readonly<Record<Strategy['listDisclosure'], string>> = {
  none: 'declared: learns nothing about the list',
  membership: 'declared: can test whether a hash is on the list',
  queried: 'declared: learns the list entries near its query',
  all: 'declared: learns the whole list',
};

const sum = (of: readonly ShownEntry[]): number => of.reduce((total, each) => total + each.bytes, 0);

const badges = {
  content: ['sees-content', 'sees the picture'],
  hash: ['sees-some', 'sees its hash'],
  some: ['sees-some', 'sees a little'],
  nothing: ['sees-nothing', 'sees nothing of the picture'],
} as const;

/** What a role has of the picture, in one word. */
function badge(known: readonly Inference[]): HTMLElement {
  const sees = seesOf(known);
  const [className, text] = badges[sees];
  return element('span', { class: className, 'data-sees': sees }, [text]);
}

function received({ title, from, bytes: size, parts, type }: ShownEntry): HTMLElement {
  const alone = type === 'opened' || type === 'learnt';
  return element('li', { 'data-type': type, 'data-bytes': size }, [
    element('span', {}, [title]),
    element('span', {}, [type === 'learnt' ? '' : bytes(size)]),
    !alone &&
      element('small', {}, [
        `from the ${from}${parts.length > 0 ? `: ${parts.map((part) => `${part.name} ${bytes(part.bytes)}`).join(', ')}` : ''}`,
      ]),
    parts[0] && parts[0].bytes > 0 && element('code', {}, [`${parts[0].head.replace(/(.{4})/g, '$1 ')}…`]),
  ]);
}

/** Whoever runs the relay also knows what passes through it. */
const withRelay = (known: readonly Inference[]): readonly Inference[] =>
  known.some((each) => each.knows === 'endpoints')
    ? known
    : [{ knows: 'endpoints', text: 'from the relay: who wrote to whom, and when' }, ...known];

const knows = (known: readonly Inference[]): HTMLElement[] => [
  element('h3', {}, ['So it knows']),
  known.length === 0
    ? element('p', { class: 'nothing' }, ['nothing'])
    : element(
        'ul',
        { class: 'knows' },
        known.map(({ text, knows: what }) => element('li', { 'data-knows': what }, [text])),
      ),
];

/** The pictures that a role has, from all messages so far. */
function hands(entries: readonly ShownEntry[], sent: number): HTMLElement[] {
  const pictures = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const { message, picture } of entries) if (picture) pictures.set(message, picture);
  if (pictures.size === 0) return [];
  return [
    element('h3', { 'data-pictures': pictures.size }, [
      `Pictures that it has: ${pictures.size} of ${counted(sent, 'message')}`,
    ]),
    element(
      'div',
      { class: 'thumbs' },
      [...pictures].map(([message, picture]) => thumbnail(`picture of message ${message}`, 64, picture).canvas),
    ),
  ];
}
