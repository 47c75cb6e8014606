/** How worker threads connect the deployments of a run: with the services behind HTTP. */
import { overHttp } from './http-transport.ts';

export default overHttp();
