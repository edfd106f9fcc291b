import { isMalformed } from '../../../../container/malformed';
import type { TrackDecoders } from '../file';
import { isEmbeddedCodec, loadPacketDecoders } from './index';

/** Those that come with Mediant. */
export const embeddedTrackDecoders: TrackDecoders = {
  nameOf: ({ codec }) => (isEmbeddedCodec(codec) ? codec : null),
  async open({ codec, description, audio }) {
    const { openPacketDecoder } = await loadPacketDecoders();
    const opened = await openPacketDecoder(codec, { description, numberOfChannels: audio?.numberOfChannels || 2 });
    return isMalformed(opened) ? opened : opened.decoder;
  },
};
