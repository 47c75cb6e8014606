/** Connects a run's deployments to services behind HTTP, in worker threads. */
import { overHttp } from './http-transport.ts';

export default overHttp();
