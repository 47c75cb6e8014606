/** Random values that fit a schema of rows, for tests of what stores rows. */
import fc from 'fast-check';
import type { TSchema } from 'typebox';

interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema | readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Text in every script, with control characters, without half characters. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', ' ', 'null', '"', '\u0000', 'Ünïcödé 😀 漢字', '\ufeffafter a byte order mark', 'a'.repeat(300)),
);

/** Values that fit a schema, as JSON can write them: its patterns of text are not followed. */
export function fitting(schema: TSchema): fc.Arbitrary<unknown> {
  const { const: literal, enum: values, anyOf, type, items, properties, patternProperties, ...rest } = schema as Schema;
  const { required, minimum, maximum } = rest;
  if (literal !== undefined) return fc.constant(literal);
  if (values) return fc.constantFrom(...values);
  if (anyOf) return fc.oneof(...anyOf.map((each) => fitting(each as TSchema)));
  switch (type) {
    case 'string':
      return text;
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'integer': {
      const [min, max] = [minimum ?? Number.MIN_SAFE_INTEGER, maximum ?? Number.MAX_SAFE_INTEGER];
      const edges = [0, 1, -1, 2 ** 31 - 1, 2 ** 31, -(2 ** 31) - 1, 2 ** 40 + 1, min, max];
      return fc.oneof(fc.integer({ min, max }), fc.constantFrom(...edges.filter((each) => each >= min && each <= max)));
    }
    case 'number':
      return fc.oneof(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.constantFrom(0, 0.1, -1, 2 ** 31, 5e-324, Number.MAX_VALUE, -Number.MAX_VALUE),
      );
    case 'array':
      if (Array.isArray(items)) return fc.tuple(...items.map((each) => fitting(each as TSchema)));
      return fc.array(fitting(items as TSchema), { maxLength: 5 });
    case 'object': {
      const [pattern] = Object.values(patternProperties ?? {});
      if (pattern)
        return fc.dictionary(
          text.filter((key) => key !== '__proto__'),
          fitting(pattern as TSchema),
          { maxKeys: 4, noNullPrototype: true },
        );
      const members = Object.entries(properties ?? {}).map(([key, each]) => [key, fitting(each as TSchema)] as const);
      return fc.record(Object.fromEntries(members), { requiredKeys: [...(required ?? [])], noNullPrototype: true });
    }
    default:
      throw new Error(`no values for the schema ${JSON.stringify(schema)}`);
  }
}
