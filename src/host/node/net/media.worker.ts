/** The media thread: ICE, DTLS and SCTP of one JavaScript environment. */
import { availableParallelism } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { MediaThreadServer } from '../../../webrtc/thread/MediaThreadServer';
import { TransportRegistry } from '../../../webrtc/transport/TransportRegistry';
import { isHostError } from '../../Host';
import { loadAddon } from '../addon';
import type { MediaThreadStart, MediaThreadStarted } from './index';
import { createMediaHost } from './media-host';

const { down, up, settings, doorbell } = workerData as MediaThreadStart;
const addon = loadAddon();
if (isHostError(addon)) throw new Error(addon.message);

const control = new addon.DoorbellButton(doorbell);
const host = createMediaHost(addon, settings, () => server.awaitAnswer());
const clock = availableParallelism() > 1 ? host.now : null;
const server: MediaThreadServer = new MediaThreadServer(down, up, () => control.press(), (ends) => new TransportRegistry(host, ends), clock);
// It holds this thread, which the process doesn't wait for.
const own = new addon.Doorbell(() => server.woken());
own.hold(true);
parentPort!.postMessage({ doorbell: own.number } satisfies MediaThreadStarted);
server.woken();
