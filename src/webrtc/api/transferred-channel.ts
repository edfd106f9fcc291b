import type { RealmMessagePort } from '../../host/Host';
import type { MediaThread, SctpFailure } from '../thread/messages';
import { type DataChannelOwner, RTCDataChannel, type TransferredState } from './RTCDataChannel';

/**
 * A channel that has gone to another realm: the object there and the object that was transferred, which stays where the connection is,
 * talk through a message port. https://w3c.github.io/webrtc-pc/#dom-rtcdatachannel
 */

type ToHeir =
  | { kind: 'opened'; id: number | null; maxMessageSize: number }
  | { kind: 'received'; bytes: Uint8Array; binary: boolean }
  | { kind: 'sent'; bytes: number }
  | { kind: 'closing' }
  | { kind: 'closed'; failure: SctpFailure | null };

type FromHeir = { kind: 'send'; bytes: Uint8Array; binary: boolean } | { kind: 'close' };

export interface TransferredChannel extends TransferredState {
  readonly port: RealmMessagePort;
}

export function transferChannel(channel: RTCDataChannel): TransferredChannel {
  const { port1, port2 } = new MessageChannel() as unknown as { port1: RealmMessagePort; port2: RealmMessagePort };
  const post = (message: ToHeir) => port1.postMessage(message);
  const state = channel._transferTo({
    opened: (id, maxMessageSize) => post({ kind: 'opened', id, maxMessageSize }),
    received: (bytes, binary) => post({ kind: 'received', bytes, binary }),
    sent: (bytes) => post({ kind: 'sent', bytes }),
    closing: () => post({ kind: 'closing' }),
    closed(failure) {
      post({ kind: 'closed', failure });
      port1.close();
    },
  });
  port1.onmessage = ({ data }: { data: unknown }) => {
    const message = data as FromHeir;
    if (message.kind === 'send') channel._sendForHeir(message.bytes, message.binary);
    else channel._closeForHeir();
  };
  host.unrefPort?.(port1);
  return { ...state, port: port2 };
}

/** The connection of a channel in the realm that it has come to. */
class PortOwner implements DataChannelOwner {
  _maxMessageSize: number;
  readonly _thread: Pick<MediaThread, 'send' | 'command'>;
  readonly #port: RealmMessagePort;

  constructor(port: RealmMessagePort, maxMessageSize: number) {
    const post = (message: FromHeir) => port.postMessage(message);
    this.#port = port;
    this._maxMessageSize = maxMessageSize;
    this._thread = {
      send: (_channel, bytes, binary) => post({ kind: 'send', bytes: bytes.slice(), binary }),
      command: ({ kind }) => { if (kind === 'close channel') post({ kind: 'close' }); },
    };
  }

  _channelStateChanged(): void {}

  _channelClosed(): void {
    this.#port.close();
  }
}

export function receiveChannel({ port, readyState, maxMessageSize, label, id, maxPacketLifeTime, maxRetransmits, ...init }: TransferredChannel): RTCDataChannel {
  const owner = new PortOwner(port, maxMessageSize);
  const lifetime = { ...(maxPacketLifeTime !== null && { maxPacketLifeTime }), ...(maxRetransmits !== null && { maxRetransmits }) };
  const channel = new RTCDataChannel(owner, 0, label, { ...init, ...lifetime }, id);
  channel._readyState = readyState;
  const handlers: { [Kind in ToHeir['kind']]: (message: Extract<ToHeir, { kind: Kind }>) => void } = {
    opened(message) {
      channel._id = message.id;
      owner._maxMessageSize = message.maxMessageSize;
      channel._opened();
    },
    // In memory of this realm.
    received: ({ bytes, binary }) => channel._received(Uint8Array.from(bytes), binary),
    sent: ({ bytes }) => channel._sent(bytes),
    closing: () => channel._closing(),
    closed: ({ failure }) => channel._closed(failure),
  };
  port.onmessage = ({ data }: { data: unknown }) => (handlers[(data as ToHeir).kind] as (message: ToHeir) => void)(data as ToHeir);
  return channel;
}
