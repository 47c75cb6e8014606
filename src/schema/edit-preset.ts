/** A preset of benign edits: those of one published benchmark, or of one way in which pictures travel. Unknown keys are errors. */

import { type Static, Type } from 'typebox';
import { closed } from './parts.ts';

/** A benign edit and its parameters, e.g. { name: jpeg, quality: 30 }. */
export type TransformSpec = { readonly name: string; readonly [parameter: string]: string | number };

export const TransformSpec = Type.Unsafe<TransformSpec>(
  Type.Object(
    { name: Type.String({ minLength: 1 }) },
    { additionalProperties: Type.Number(), description: 'name of a transform, and its numeric parameters' },
  ),
);

/** An edit and its name in the publication, e.g. { name: jpeg, quality: 5, as: jpeg95 }. */
type PresetEdit = { readonly name: string; readonly as?: string; readonly [parameter: string]: unknown };
const PresetEdit = Type.Unsafe<PresetEdit>(
  Type.Object(
    {
      name: Type.String({ minLength: 1 }),
      as: Type.Optional(Type.String({ minLength: 1, description: 'name in the tables of the source' })),
    },
    { additionalProperties: Type.Number(), description: 'name of a transform, and its numeric parameters' },
  ),
);

export const EditPreset = Type.Object(
  {
    version: Type.Literal(1),
    name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]*$' }),
    source: Type.String({ minLength: 1, description: 'where the parameters were published' }),
    note: Type.String({ minLength: 1, description: 'what differs from the source, what is assumed, what is left out' }),
    prepare: Type.Optional(
      Type.Array(TransformSpec, {
        description: 'done to every picture first; the result is what edited ones are compared with',
      }),
    ),
    finish: Type.Optional(Type.Array(TransformSpec, { description: 'done after each edit, such as saving the file' })),
    edits: Type.Array(PresetEdit, { minItems: 1 }),
  },
  { ...closed, title: 'presend edit preset' },
);
export type EditPreset = Static<typeof EditPreset>;

/** A set of edits: a preset by its name under experiments/presets/ or its file, or the edits themselves. */
export const EditSet = Type.Union([
  Type.Object({ preset: Type.String({ minLength: 1 }) }, closed),
  Type.Object(
    {
      name: EditPreset.properties.name,
      source: Type.Optional(EditPreset.properties.source),
      prepare: EditPreset.properties.prepare,
      finish: EditPreset.properties.finish,
      edits: EditPreset.properties.edits,
    },
    closed,
  ),
]);
export type EditSet = Static<typeof EditSet>;

/** A set's name, and the label and title of each of its edits. */
export interface SetFacts {
  readonly name: string;
  readonly edits: readonly { readonly label: string; readonly title: string }[];
}
