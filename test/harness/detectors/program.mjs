// A detector's program for tests. Its argument says what is wrong with it; the picture with the grey value 13 is the one that goes wrong.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import sharp from 'sharp';

const [fault = 'none', state] = process.argv.slice(2);
const say = (answer) =>
  process.stdout.write(typeof answer === 'string' ? `${answer}\n` : `${JSON.stringify(answer)}\n`);
process.stderr.write('model loaded\n');
if (fault === 'no-module') {
  process.stderr.write("ModuleNotFoundError: No module named 'imagehash'\n");
  process.exit(1);
}
if (fault === 'silent') setInterval(() => undefined, 1000);

let held;
let looked = 0;
for await (const line of createInterface({ input: process.stdin })) {
  if (fault === 'silent') continue;
  const { id, path } = JSON.parse(line);
  const pixels = await sharp(readFileSync(path)).raw().toBuffer();
  const grey = pixels[0];
  const good = { id, hash: Buffer.alloc(8, grey).toString('hex'), quality: 90 };
  const bad = grey === 13;
  if (fault === 'scores') {
    if (bad) say({ id, refused: 'too plain' });
    else say({ id, score: grey === 14 ? 1.5 : grey === 15 ? undefined : grey / 255 });
  } else if (fault === 'means') {
    // Refuses one picture in seven.
    const sum = pixels.reduce((a, b) => a + b, 0);
    say(sum % 7 === 0 ? { id, refused: 'divisible by seven' } : { id, score: sum / pixels.length / 255 });
  } else if (fault === 'backwards') {
    if (held === undefined && bad) held = good;
    else {
      say(good);
      if (held) say(held);
      held = undefined;
    }
  } else if (fault === 'vector') {
    if (bad) say(`{"id": "${id}", "vector": [1.5, NaN, 0]}`);
    else say({ id, vector: [Math.cos(grey), Math.sin(grey), 0.5] });
  } else if (fault === 'tires') {
    process.stderr.write(`looked at ${grey} in ${path}\n`);
    if (++looked === 3 || bad) process.exit(5);
    say(good);
  } else if (!bad || fault === 'none') say(good);
  else if (fault === 'dies') {
    process.stderr.write(`cannot read ${path}: out of luck\n`);
    process.exit(3);
  } else if (fault === 'hangs') {
    process.stderr.write('thinking\n');
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  } else if (fault === 'twice') {
    say(good);
    say(good);
  } else if (fault === 'foreign') say({ ...good, id: '99' });
  else if (fault === 'no-id') say({ hash: good.hash });
  else if (fault === 'no-json') say('Loading: 100 %');
  else if (fault === 'short') say({ id, hash: 'abcd' });
  else if (fault === 'no-hex') say({ id, hash: 'x'.repeat(16) });
  else if (fault === 'nothing') say({ id });
  else if (fault === 'quality') say({ ...good, quality: 101 });
  else if (fault === 'refuses') say({ id, refused: `too plain: ${path}` });
  else if (fault === 'stubborn') process.exit(7);
}
if (state === 'lingers') setInterval(() => undefined, 1000);
