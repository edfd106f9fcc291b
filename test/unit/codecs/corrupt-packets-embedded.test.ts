// timeout: 120 s
/** The damaged packets of corrupt-packets.test.ts for the decoders that come with Mediant. */
import { isWithoutNodeAv } from '../../support/without-node-av';

if (isWithoutNodeAv(import.meta.url)) await import('./corrupt-packets.test');
