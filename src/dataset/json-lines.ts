/** Reads JSON Lines piece by piece. */
import { reasonOf } from '../util/errors.ts';

/** Maximum length of a line, in characters. */
const longestLine = 2 ** 20;

/** The objects of the lines; empty lines are skipped. Throws what `unreadable` makes of the reason if a line is no JSON object. */
export async function* jsonLines(
  pieces: AsyncIterable<Uint8Array>,
  unreadable: (why: string) => Error,
): AsyncGenerator<Record<string, unknown>> {
  const decoder = new TextDecoder();
  let rest = '';
  let line = 0;
  const parsed = (text: string): Record<string, unknown>[] => {
    line++;
    if (text.trim() === '') return [];
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      throw unreadable(`line ${line}: ${reasonOf(error)}`);
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw unreadable(`line ${line} is no JSON object`);
    return [value as Record<string, unknown>];
  };
  for await (const piece of pieces) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop()!;
    if (rest.length > longestLine)
      throw unreadable(`line ${line + lines.length + 1} is longer than ${longestLine} characters`);
    for (const text of lines) yield* parsed(text);
  }
  yield* parsed(rest + decoder.decode());
}
