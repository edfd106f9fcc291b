import type { CodecBackend, CodecRequest } from '../../CodecBackend';
import { openFirst, probeFirst } from '../../../webcodecs/first-codec';
import { nodeAvBackend } from './av';
import { embeddedBackend, isEmbedded } from './embedded';

/** node-av goes first where it is installed: it takes less time, for Opus about the same (docs/codecs.md). */
const backendsFor = (request: CodecRequest): readonly CodecBackend[] => (isEmbedded(request) ? [nodeAvBackend, embeddedBackend] : [nodeAvBackend]);

/** What the process has by itself. */
export const ownBackend: CodecBackend = {
  name: 'node',
  probe: (request, done) => probeFirst(backendsFor(request), request, done),
  open: (request, events, done) => openFirst(backendsFor(request), request, events, done),
};
