/** The provider's box over HTTP, for a provider that works elsewhere: what devices sent it, and the only things of theirs that it can read here. */
import type { FastifyInstance } from 'fastify';
import { providerReader } from '../../role/provider-box.ts';
import { at } from '../auth/access.ts';
import { boxApi } from './box-api.ts';
import type { ServiceOptions } from './options.ts';

/** Adds its endpoints. */
export function providerApi(app: FastifyInstance, { store }: ServiceOptions): void {
  boxApi(app, {
    page: at('GET /provider/packets'),
    acknowledgements: at('POST /provider/packets/acknowledgements'),
    who: 'the provider',
    box: () => store.vouchers,
    reader: () => providerReader,
  });
}
