/** The NetHost that Node gives: certificates by OpenSSL, and a Worker for the media thread. */
import type { Worker } from 'node:worker_threads';
import { allocateRing } from '../../../webrtc/thread/SharedRing';
import { ringCapacity } from '../../../webrtc/thread/records';
import { isHostError, type MediaThreadLink, type NetHost } from '../../Host';
import { loadAddon, type Addon } from '../addon';
import { checkpointOf } from '../checkpoint';
import { startWorker } from '../start-worker';
import { fingerprint, mediaSettings, type MediaSettings } from './media-host';

/** What the media thread is started with. */
export interface MediaThreadStart {
  readonly down: SharedArrayBuffer;
  readonly up: SharedArrayBuffer;
  /** Read on the control thread, whose warnings the program sees. */
  readonly settings: MediaSettings;
  /** The number of the control thread's doorbell. */
  readonly doorbell: number;
}

/** What the media thread says first: the number of its own. */
export interface MediaThreadStarted {
  readonly doorbell: number;
}

export function createNodeNetHost(): NetHost {
  return {
    fingerprint,

    generateCertificate({ rsaModulusLength, notBefore, notAfter }, done) {
      const addon = loadAddon();
      if (isHostError(addon)) {
        setImmediate(() => done(addon));
        return;
      }
      addon.generateCertificate(rsaModulusLength, notBefore, notAfter, (certificate, privateKey, error) => {
        if (certificate === null || privateKey === null) done({ code: 'certificate', message: `${error}.` });
        else done({ certificate, privateKey });
      });
    },

    openMediaThread(woken, lost) {
      const addon = loadAddon();
      return isHostError(addon) ? addon : openMediaThread(addon, woken, lost);
    },
  };
}

/** What the media thread makes lives for microseconds: a larger nursery than this only fills with garbage, a fifth of a megabyte for each connection. */
const maxYoungGenerationSizeMb = 6;

function openMediaThread(addon: Addon, woken: () => void, lost: (reason: string) => void): MediaThreadLink {
  const down = allocateRing(ringCapacity);
  const up = allocateRing(ringCapacity);
  const doorbell = new addon.Doorbell(woken);
  const checkpoint = checkpointOf(addon);
  let press = () => {};
  let isClosed = false;
  const over = (reason: string) => {
    if (isClosed) return;
    isClosed = true;
    doorbell.close();
    setImmediate(() => lost(reason));
  };

  let worker: Worker | undefined;
  try {
    const start: MediaThreadStart = { down, up, settings: mediaSettings(), doorbell: doorbell.number };
    worker = startWorker('media', start, { resourceLimits: { maxYoungGenerationSizeMb } });
    worker.unref();
    worker.once('message', (started: MediaThreadStarted) => {
      const button = new addon.DoorbellButton(started.doorbell);
      press = () => button.press();
      press();
    });
    worker.on('error', (error) => over(error.message));
    worker.on('exit', () => over('its thread has ended'));
  } catch (error) {
    over((error as Error).message);
  }

  return {
    down,
    up,
    wake: () => press(),
    ...(checkpoint && { checkpoint }),
    again: () => void setImmediate(() => { if (!isClosed) woken(); }),
    hold(hold) {
      if (!isClosed) doorbell.hold(hold);
    },
    close() {
      isClosed = true;
      doorbell.close();
      void worker?.terminate();
    },
  };
}
