/** No edit: the reference of every comparison. */
import { defineTransform } from './transform.ts';

export const none = defineTransform({
  name: 'none',
  summary: 'The picture as it is.',
  parameters: {},
  apply: async (image) => image,
});
