/** The live demo: choose a strategy and a picture, send it, and see what every role has learned. */

import type { PlayedOrder } from '../../../client/demo/orders.ts';
import type { DemoPicture } from '../../../client/demo/picture.ts';
import { framesOf, unreadFrames } from '../../../image/frames.ts';
import { containerOf } from '../../../image/signatures.ts';
import { millis } from '../../../report/format.ts';
import { strategies, strategyByName } from '../../../strategy/index.ts';
import type { Strategy } from '../../../strategy/strategy.ts';
import { element, required } from '../dom.ts';
import { DemoClient } from './client.ts';
import { buildClip } from './clip.ts';
import { isAnimated } from './clip-source.ts';
import { buildEditor } from './editor.ts';
import { type Edits, isUnedited, noEdits } from './edits.ts';
import { matrixOf, matrixTable } from './matrix.ts';
import { buildOwnPictures } from './own-pictures.ts';
import { drawPanels } from './panels.ts';
import { buildPicker } from './picker.ts';
import { groupTable, ordersTable, sameOrders } from './scenes.ts';
import type { Shown } from './shown.ts';

const state = required<HTMLElement>('#demo-state');
const controls = required<HTMLElement>('#controls');
const roles = required<HTMLElement>('#roles');
const views = required<HTMLElement>('#views');

/** The strategies that are listed first. */
const first = ['server-scan', 'e2ee', 'escrow', 'client-list', 'hash-upload', 'threshold-psi', 'client-classifier'];

async function offered(): Promise<DemoPicture[]> {
  const listed = (await (await fetch('/demo/pictures')).json()) as (Omit<DemoPicture, 'bytes'> & { address: string })[];
  return Promise.all(
    listed.map(async ({ address, ...picture }) => {
      const reply = await fetch(address);
      if (!reply.ok) throw new Error(`the server has no ${address}`);
      return { ...picture, bytes: new Uint8Array(await reply.arrayBuffer()) };
    }),
  );
}

/** A sentence about frames or pages of a file that the demo does not look at; '' if there are none. */
function unread(bytes: Uint8Array): string {
  const container = containerOf(bytes);
  const more = container && unreadFrames(container, framesOf(container, bytes));
  return more === undefined ? '' : ` In the demo ${more}.`;
}

/** Displays progress and errors. */
const say = (sentence: string): void => {
  state.textContent = sentence;
};

async function start(): Promise<void> {
  const client = new DemoClient();
  const pictures = await offered();
  await client.call('start', pictures);
  let choice: DemoPicture = pictures[0]!;
  let strategy: Strategy = strategyByName('client-list');
  let edits: Edits = noEdits;
  /** The editor's last file; undefined if the picture is sent unedited. */
  let file: Uint8Array | undefined;

  const outcome = element('p', { class: 'outcome', id: 'outcome', role: 'status' });
  const summary = element('p', { id: 'summary' });
  const select = element(
    'select',
    { id: 'strategy', 'aria-label': 'Strategy' },
    [first, Object.keys(strategies).filter((name) => !first.includes(name))].map((names, i) =>
      element('optgroup', { label: i === 0 ? 'Seven typical strategies' : 'More' }, [
        ...names.map((name) => element('option', { value: name }, [`${strategyByName(name).id} ${name}`])),
      ]),
    ),
    { onchange: () => void busy(deploy) },
  );
  const button = (id: string, text: string, work: () => Promise<void>, primary = false): HTMLButtonElement =>
    element('button', { type: 'button', id, class: primary ? 'button primary' : 'button' }, [text], {
      onclick: () => void busy(work),
    });
  const send = button('send', 'Send it', () => sendPicture(choice), true);
  const order = button('order', 'Serve a court order', async () => show(await client.call('order'), true));
  const several = button('send-listed', 'Send all listed pictures', async () => {
    for (const picture of [...pictures.filter(({ called }) => called === 'listed'), ...own.listed])
      await sendPicture(picture);
  });
  const matrixPlace = element('div', {
    id: 'matrix',
    class: 'scroll',
    tabindex: '0',
    'aria-label': 'Who saw what',
    role: 'region',
    hidden: true,
  });
  const all = button('all', 'This picture under all strategies', async () => {
    const picture = choice;
    const rows = await matrixOf(
      async (each) => {
        await client.call('deploy', each.name);
        const sent = await client.call('send', ...bytesOf(picture), false);
        return { sent, ordered: each.declares.court ? await client.call('order') : undefined };
      },
      (each, done, count) => say(`${each.name}: ${done + 1} of ${count} strategies…`),
    );
    matrixPlace.replaceChildren(matrixTable(rows));
    matrixPlace.hidden = false;
    await deploy();
  });
  const reports = element('input', { type: 'checkbox', id: 'reports' });
  const reportsField = element('label', {}, [reports, ' the recipient reports it']);
  const editor = buildEditor(Object.values<Strategy>(strategies), (next) => {
    edits = next;
    measure();
  });
  const buttons = [select, send, order, several, all];

  /** Runs one task at a time. Buttons are disabled meanwhile, and what was pressed keeps the keyboard focus. */
  async function busy(work: () => Promise<void>): Promise<void> {
    const focused = document.activeElement;
    const pressable = [...buttons, own.box];
    for (const each of pressable) each.disabled = true;
    // Steps on the way are for the eye: a screen reader says the last sentence.
    state.ariaBusy = 'true';
    try {
      await work();
    } catch (error) {
      say(`Failed: ${error instanceof Error ? error.message : error}`);
    } finally {
      state.ariaBusy = 'false';
      for (const each of pressable) each.disabled = false;
      order.disabled = strategy.declares.court === undefined;
      if (document.activeElement === document.body && focused instanceof HTMLElement) focused.focus();
    }
  }

  async function deploy(): Promise<void> {
    strategy = strategyByName(select.value);
    const { summary: what, simplified } = strategy;
    summary.replaceChildren(`${what}. `, element('small', {}, [`Simplified: ${simplified}.`]));
    const needsNetwork = strategy.detector === 'classifier' || strategy.detector === 'both';
    say(needsNetwork ? 'Loading the network…' : 'Setting up the strategy…');
    outcome.textContent = '';
    several.hidden = strategy.threshold === undefined;
    reportsField.hidden = strategy.declares.provider?.content !== 'reported';
    order.title = strategy.declares.court === undefined ? 'Under this strategy a court order opens nothing' : '';
    show(await client.call('deploy', strategy.name));
    say('Ready.');
  }

  /** What is sent of a choice, edited if the editor is open on it, and what the demo calls it. */
  function bytesOf(what: DemoPicture): [Uint8Array, DemoPicture['called']] {
    return [(what === choice ? file : undefined) ?? what.bytes, what.called];
  }

  async function sendPicture(what: DemoPicture): Promise<void> {
    show(await client.call('send', ...bytesOf(what), reports.checked));
  }

  function show(shown: Shown, ordered = false): void {
    drawPanels(roles, shown, strategy);
    roles.dataset.sent = String(shown.sent);
    const { outcome: sent, scanMillis, tips, opened } = shown;
    if (!sent) return;
    const looked = {
      none: 'Nobody scanned it.',
      match: 'It matched.',
      clear: strategy.detector === 'equality' ? 'The phone cannot know whether it matched.' : 'It did not match.',
      refused: 'It could not be hashed or scored.',
    }[sent.scanned];
    const counted = strategy.synthetic
      ? 'Synthetic vouchers hide which vouchers match'
      : `Vouchers that match: ${opened}`;
    const needed = strategy.threshold ? ` ${counted}; pictures open once 3 match.` : '';
    outcome.textContent = ordered
      ? `The order was served. Reports to the curator so far: ${tips}.`
      : `${sent.delivered ? 'Delivered.' : 'Not delivered.'} ${looked}${needed} Reports to the curator so far: ${tips}.${scanMillis > 0 ? ` The scan took ${millis(scanMillis)}.` : ''}`;
    outcome.dataset.scanMillis = String(scanMillis);
  }

  /** Measures only the latest position of the sliders; intermediate ones are skipped. */
  let measuring = false;
  let again = false;
  function measure(): void {
    if (measuring) {
      again = true;
      return;
    }
    const { id } = choice;
    const now = edits;
    measuring = true;
    void busy(async () => {
      const measured = await client.call('measure', id, now);
      file = isUnedited(now) ? undefined : measured.file;
      editor.show(measured);
    }).finally(() => {
      measuring = false;
      if (again) {
        again = false;
        measure();
      }
    });
  }

  const pick = (next: DemoPicture): void => {
    choice = next;
    file = undefined;
    edits = noEdits;
    editor.reset();
    measure();
  };
  const own = buildOwnPictures(
    {
      async add(picture) {
        await client.call('add', picture);
        say(`You chose ${picture.topic}. It is on no list until you put it there.${unread(picture.bytes)}`);
      },
      async list(id, isOn) {
        await client.call('list', id, isOn);
        if (choice.id === id) choice = { ...choice, called: isOn ? 'listed' : 'innocent' };
        await deploy();
        say(`Your picture is ${isOn ? 'on' : 'off'} the list of this session. Everybody starts again.`);
        measure();
        await clip.again();
      },
      async remove(id) {
        await client.call('remove', id);
        await deploy();
        measure();
        await clip.again();
      },
      chosen(picture) {
        if (!picture) required<HTMLInputElement>(`input[name=picture][value="${pictures[0]!.id}"]`).checked = true;
        pick(picture ?? pictures[0]!);
      },
    },
    busy,
  );

  const clip = buildClip(
    {
      look: (frame, isVideo) => client.call('look', frame, isVideo),
      use: (name, bytes) => own.add(name, bytes),
      say,
    },
    busy,
  );
  /** Adds an own picture, and shows the frames of an animation. */
  async function bring(name: string, bytes: DemoPicture['bytes']): Promise<void> {
    await own.add(name, bytes);
    if (isAnimated(bytes)) await clip.open(name, bytes, false);
  }

  const keeps = element('input', { type: 'checkbox', id: 'keeps', checked: true });
  const ordersPlace = element('div', { id: 'orders' });
  const playAllOrders = button('play-orders', 'Play the orders', async () => {
    const all = Object.values<Strategy>(strategies);
    const played: { strategy: Strategy; orders: PlayedOrder[] }[] = [];
    for (const [i, each] of all.entries()) {
      say(`${each.name}: ${i + 1} of ${all.length} strategies…`);
      played.push({ strategy: each, orders: await client.call('playOrders', each.name, keeps.checked) });
    }
    ordersPlace.replaceChildren(...ordersTable(sameOrders(played)));
    say('Ready.');
  });
  const groupPlace = element('div', { id: 'group' });
  const playTheGroup = button('play-group', 'Play the group', async () => {
    const [picture] = bytesOf(choice);
    groupPlace.replaceChildren(...groupTable(await client.call('playGroup', picture), picture.length));
  });
  buttons.push(playAllOrders, playTheGroup);
  required('#scenes').append(
    element('article', { class: 'card' }, [
      element('h2', {}, ['An order of each kind']),
      element('p', {}, [
        'Three accounts write to each other. A court orders your stored content, your messages in real time, and records without content, all at one time; then you write on, and once more after the orders have ended. All roles run in this page, on random contents.',
      ]),
      element('div', { class: 'actions' }, [
        playAllOrders,
        element('label', {}, [keeps, ' the service keeps delivered messages that it can open']),
      ]),
      ordersPlace,
    ]),
    element('article', { class: 'card' }, [
      element('h2', {}, ['A group, and a hidden device']),
      element('p', {}, [
        'You, your friend and your neighbour are a group with sender keys, as in Signal and WhatsApp. You send the chosen picture five times. A directory that lies adds a device to your friend’s account: a log of device keys makes that visible.',
      ]),
      element('div', { class: 'actions' }, [playTheGroup]),
      groupPlace,
    ]),
  );
  controls.append(
    element('h2', {}, ['1. Strategy']),
    select,
    summary,
    element('h2', {}, ['2. Picture']),
    ...buildPicker(pictures, {
      offered: pick,
      own: (name, bytes) => void busy(() => bring(name, bytes)),
      clip: (name, bytes) => void busy(() => clip.open(name, bytes, true)),
      sample: () =>
        void busy(async () => {
          const reply = await fetch('/demo/pictures/animation');
          if (!reply.ok) throw new Error('the server has no animation');
          await bring('animation', new Uint8Array(await reply.arrayBuffer()));
        }),
      problem: say,
    }),
    own.box,
    editor.box,
  );
  views.prepend(
    element('div', { class: 'actions' }, [send, several, order, all, reportsField]),
    outcome,
    clip.box,
    matrixPlace,
  );
  select.value = strategy.name;
  await busy(deploy);
  pick(choice);
}

start().catch((error: unknown) => say(`The demo cannot start: ${error instanceof Error ? error.message : error}`));
