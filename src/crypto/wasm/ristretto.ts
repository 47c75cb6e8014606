/**
 * The group ristretto255 on points that stay decoded: the WebAssembly module of ristretto.as. libsodium decodes and encodes every point
 * of every addition, which takes ten times as long as the addition. Encodings, refusals and results are libsodium's, bit for bit.
 */
import { concatBytes } from '../../util/bytes.ts';
import { lazyModule } from '../../util/wasm.ts';
import { Places, ReusedInstance } from '../../util/wasm-memory.ts';
import { basePoint, elementBytes, type Point, type Scalar } from '../group.ts';
import { toScalar } from '../scalar-field.ts';
import { ristrettoWasm } from './ristretto-wasm.ts';

/** The functions of ristretto.as; every address is a byte offset into the module's memory. */
interface Functions {
  prepare(constants: number): void;
  decode(bytes: number, to: number): number;
  decodeAddends(bytes: number, count: number, to: number): number;
  encode(point: number, to: number): void;
  lastLessTwice(addends: number, stride: number, choices: number, count: number, to: number): void;
  table(point: number, to: number): void;
  digits(scalar: number, to: number): void;
  combine(tables: number, digits: number, count: number, to: number): void;
  multiply(
    point: number,
    digits: number,
    tables: number,
    tableDigits: number,
    count: number,
    to: number,
    scratch: number,
  ): void;
  equal(a: number, b: number): number;
}

declare const addendsBrand: unique symbol;
declare const decodedBrand: unique symbol;
declare const tableBrand: unique symbol;

/** Decoded points, prepared for addition; 160 bytes each. */
export type Addends = Uint8Array & { readonly [addendsBrand]: true };
/** A decoded point, 160 bytes. */
export type Decoded = Uint8Array & { readonly [decodedBrand]: true };
/** Multiples of a point, from which `combinations` adds up any multiple; 40,960 bytes. */
export type Table = Uint8Array & { readonly [tableBrand]: true };

/** Bytes of the module's own part of its memory, of a decoded point, of a table, and of a scalar's digits. */
const ownBytes = 4096;
const pointBytes = 160;
const tableBytes = 32 * 8 * pointBytes;
const digitBytes = 64;

/** d, √−1 and 1/√(−1 − d) modulo 2^255 − 19 (RFC 9496, section 4.1), little-endian. */
const constants = concatBytes(
  ...[
    37095705934669439343138083508754565189542113879843219016388785533085940283555n,
    19681161376707505956807079304988542015446066515923890162744021073123829784752n,
    54469307008909316920995813868745141605393597292927456921205312896311721017578n,
  ].map(toScalar),
);

const instance = new ReusedInstance<Functions>(lazyModule(ristrettoWasm));

/** Plans a memory behind the module's own part. */
function places(): Places {
  const all = new Places();
  all.take(ownBytes);
  return all;
}

/** Calls `use` with the prepared module and a memory for those places. */
function run<T>({ end }: Places, use: (call: Functions, memory: Uint8Array<ArrayBuffer>) => T): T {
  if (!instance.works) throw new Error('Expected WebAssembly with SIMD, which computes with points of ristretto255');
  return instance.run(Math.max(end, ownBytes + constants.length), (call, memory) => {
    memory.set(constants, ownBytes);
    call.prepare(ownBytes);
    return use(call, memory);
  });
}

/** Decodes points, 32 bytes each; undefined if an encoding is invalid. The identity is valid here. Every encoding is read in any case. */
export function decodeAll(encodings: Uint8Array): Addends | undefined {
  if (encodings.length % elementBytes !== 0) throw new RangeError(`Expected points of ${elementBytes} bytes each`);
  const count = encodings.length / elementBytes;
  const all = places();
  const [from, to] = [all.take(encodings.length), all.take(count * pointBytes)];
  return run(all, (call, memory) => {
    memory.set(encodings, from);
    const valid = call.decodeAddends(from, count, to) === 1;
    return valid ? (memory.slice(to, to + count * pointBytes) as Uint8Array as Addends) : undefined;
  });
}

/** Decodes a point. */
export function decoded(point: Point): Decoded {
  const all = places();
  const [from, to] = [all.take(elementBytes), all.take(pointBytes)];
  return run(all, (call, memory) => {
    memory.set(point, from);
    if (call.decode(from, to) === 0) throw new RangeError('Expected the encoding of a point');
    return memory.slice(to, to + pointBytes) as Uint8Array as Decoded;
  });
}

/** Encodes a point. */
export function encoded(point: Decoded): Point {
  const all = places();
  const [from, to] = [all.take(pointBytes), all.take(elementBytes)];
  return run(all, (call, memory) => {
    memory.set(point, from);
    call.encode(from, to);
    return memory.slice(to, to + elementBytes) as Uint8Array as Point;
  });
}

/**
 * Among every `stride`-th point from number `first` on: the one after all that have a choice, less twice the sum of those whose choice is 1.
 * Choices are bytes of 0 or 1, and secret: all points are read, and as many additions made, whatever they are.
 */
export function lastLessTwice(points: Addends, first: number, stride: number, choices: Uint8Array): Decoded {
  if ((first + stride * choices.length + 1) * pointBytes > points.length)
    throw new RangeError(`Expected more than ${points.length / pointBytes} points`);
  const all = places();
  const [from, chosen, to] = [all.take(points.length), all.take(choices.length), all.take(pointBytes)];
  return run(all, (call, memory) => {
    memory.set(points, from);
    memory.set(choices, chosen);
    call.lastLessTwice(from + first * pointBytes, stride * pointBytes, chosen, choices.length, to);
    return memory.slice(to, to + pointBytes) as Uint8Array as Decoded;
  });
}

/** A table of a point's multiples. It pays from two multiples on. */
export function tableOf(point: Decoded): Table {
  const all = places();
  const [from, to] = [all.take(pointBytes), all.take(tableBytes)];
  return run(all, (call, memory) => {
    memory.set(point, from);
    call.table(from, to);
    return memory.slice(to, to + tableBytes) as Uint8Array as Table;
  });
}

let generator: Table | undefined;

/** The table of the generator, made once. */
export function generatorTable(): Table {
  generator ??= tableOf(decoded(basePoint));
  return generator;
}

/** For each row of scalars, the sum of scalar · base over all bases. Scalars are secret. */
export function combinations(bases: readonly Table[], rows: readonly (readonly Scalar[])[]): Point[] {
  const all = places();
  const tables = all.take(bases.length * tableBytes);
  const [scalar, digits] = [all.take(elementBytes), all.take(bases.length * digitBytes)];
  const [sum, to] = [all.take(pointBytes), all.take(elementBytes)];
  return run(all, (call, memory) => {
    bases.forEach((base, i) => {
      memory.set(base, tables + i * tableBytes);
    });
    return rows.map((scalars) => {
      bases.forEach((_, i) => {
        memory.set(scalars[i]!, scalar);
        call.digits(scalar, digits + i * digitBytes);
      });
      call.combine(tables, digits, bases.length, sum);
      call.encode(sum, to);
      return memory.slice(to, to + elementBytes) as Uint8Array as Point;
    });
  });
}

/** A multiple of a point that is used too seldom for a table, plus a multiple of a point that has one. */
export interface Mixture {
  readonly factor: Scalar;
  readonly point: Point;
  readonly tableFactor: Scalar;
  readonly table: Table;
}

/** For each mixture, factor · point + tableFactor · base of the table. Scalars are secret. */
export function mixtures(mixed: readonly Mixture[]): Point[] {
  const all = places();
  const tables = new Map<Table, number>();
  for (const { table } of mixed) if (!tables.has(table)) tables.set(table, all.take(tableBytes));
  const [from, digits, tableDigits] = [all.take(elementBytes), all.take(digitBytes), all.take(digitBytes)];
  const [base, sum, to, scratch] = [pointBytes, pointBytes, elementBytes, 8 * pointBytes].map((each) => all.take(each));
  return run(all, (call, memory) => {
    for (const [table, at] of tables) memory.set(table, at);
    const digitsOf = (scalar: Scalar, at: number): void => {
      memory.set(scalar, from);
      call.digits(from, at);
    };
    return mixed.map(({ factor, point, tableFactor, table }) => {
      digitsOf(factor, digits);
      digitsOf(tableFactor, tableDigits);
      memory.set(point, from);
      if (call.decode(from, base!) === 0) throw new RangeError('Expected the encoding of a point');
      call.multiply(base!, digits, tables.get(table)!, tableDigits, 1, sum!, scratch!);
      call.encode(sum!, to!);
      return memory.slice(to, to! + elementBytes) as Uint8Array as Point;
    });
  });
}

/** Whether b is scalar · a, for the encodings of two points; undefined if one is invalid. The identity is valid here. The scalar is secret. */
export function isMultiple(scalar: Scalar, a: Uint8Array, b: Uint8Array): boolean | undefined {
  if (a.length !== elementBytes || b.length !== elementBytes)
    throw new RangeError(`Expected two points of ${elementBytes} bytes`);
  const all = places();
  const [from, digits, scratch] = [all.take(elementBytes), all.take(digitBytes), all.take(8 * pointBytes)];
  const [base, due, product] = [all.take(pointBytes), all.take(pointBytes), all.take(pointBytes)];
  return run(all, (call, memory) => {
    const decode = (bytes: Uint8Array, to: number): boolean => {
      memory.set(bytes, from);
      return call.decode(from, to) === 1;
    };
    if (!decode(a, base) || !decode(b, due)) return undefined;
    memory.set(scalar, from);
    call.digits(from, digits);
    call.multiply(base, digits, 0, 0, 0, product, scratch);
    return call.equal(product, due) === 1;
  });
}
