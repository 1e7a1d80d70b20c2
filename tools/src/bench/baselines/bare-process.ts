import { graphClient } from './graph-client.js';
import { listen } from './http-in.js';

/** The bare chain: HTTP in, HTTP out, nothing kept. A request is answered when the provider has answered. */
const send = graphClient(process.env.SANDBOX_URL ?? '');
listen((messages) => Promise.all(messages.map(send)));
