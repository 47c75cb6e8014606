/** HTTP access to the provider's box, for a provider that runs elsewhere. It can read only the packets that devices sent to it. */
import type { FastifyInstance } from 'fastify';
import { providerReader } from '../../role/provider-box.ts';
import { at } from '../auth/access.ts';
import { boxApi } from './box-api.ts';
import type { ServiceOptions } from './options.ts';

/** Adds the endpoints. */
export function providerApi(app: FastifyInstance, { store }: ServiceOptions): void {
  boxApi(app, {
    page: at('GET /provider/packets'),
    acknowledgements: at('POST /provider/packets/acknowledgements'),
    who: 'the provider',
    box: () => store.vouchers,
    reader: () => providerReader,
  });
}
