/** One side of many connections; the other is in another process. `node shared-port-peer.ts COUNT` answers over IPC, and tells its UDP ports. */
import type { RTCDataChannel, RTCPeerConnection } from 'mediant/webrtc';
import { canCount, udpPorts } from '../../../support/process-state';

interface Message {
  readonly number: number;
  readonly description?: any;
  readonly candidate?: any;
}

export class SharedPortPeer {
  /** What has come over each connection, once something has over all. */
  readonly received: Promise<unknown[]>;
  readonly #connections: RTCPeerConnection[];
  readonly #send: (message: Message) => void;

  constructor(Connection: typeof RTCPeerConnection, count: number, isOfferer: boolean, send: (message: Message) => void) {
    this.#send = send;
    this.#connections = Array.from({ length: count }, () => new Connection());
    this.received = Promise.all(this.#connections.map((connection, number) => {
      connection.onicecandidate = ({ candidate }) => send({ number, candidate: candidate?.toJSON() ?? null });
      const channel: RTCDataChannel = connection.createDataChannel('', { negotiated: true, id: 0 });
      channel.onopen = () => { if (!isOfferer) channel.send(`message ${number}`); };
      return new Promise((resolve) => {
        channel.onmessage = ({ data }) => {
          if (isOfferer) channel.send(data);
          resolve(data);
        };
      });
    }));
  }

  async offer(): Promise<void> {
    for (const [number, connection] of this.#connections.entries()) {
      await connection.setLocalDescription();
      this.#send({ number, description: connection.localDescription!.toJSON() });
    }
  }

  async take({ number, description, candidate }: Message): Promise<void> {
    const connection = this.#connections[number]!;
    if (!description) return connection.addIceCandidate(candidate ?? undefined);
    await connection.setRemoteDescription(description);
    if (description.type !== 'offer') return;
    await connection.setLocalDescription();
    this.#send({ number, description: connection.localDescription!.toJSON() });
  }

  close(): void {
    for (const connection of this.#connections) connection.close();
  }
}

if (process.send && process.argv[2] !== undefined) {
  const { RTCPeerConnection } = await import('mediant/webrtc');
  const peer = new SharedPortPeer(RTCPeerConnection, Number(process.argv[2]), false, (message) => process.send!(message));
  process.on('message', (message: Message) => void peer.take(message));
  process.on('disconnect', () => peer.close());
  await peer.received;
  process.send({ ports: canCount ? udpPorts() : [] });
}
