import type { WireRequest, WireResponse } from '../server/message';

/** Where an environment's requests go. Undefined is a network error. */
export interface Network {
  fetch(request: WireRequest): Promise<WireResponse | undefined>;
  /** For `importScripts` and synchronous XMLHttpRequest. */
  fetchSync(request: WireRequest): WireResponse | undefined;
}

interface Responder {
  respond(request: WireRequest): WireResponse | undefined;
}

/** A network whose only host is a function in this process. */
export function networkOf(responder: Responder): Network {
  return {
    async fetch(request) {
      const response = responder.respond(request);
      if (response?.delay) {
        await new Promise((resolve) => { setTimeout(resolve, response.delay); });
      }
      return response;
    },
    fetchSync: (request) => responder.respond(request),
  };
}
