import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PacketBatch } from '../../../../src/webrtc/packet-batch';
import type { MediaHost, UdpPort } from '../../../../src/webrtc/transport/MediaHost';
import { host, IceEnd, until } from './support';

/** Of each batch, the sockets take `room` packets. */
function hostWithRoom(room: number): MediaHost {
  let narrow: UdpPort;
  return {
    ...host,
    openUdp: (addresses, port, readable) => host.openUdp(addresses, port, () => readable(narrow)).map((socket) => {
      narrow = {
        locals: socket.locals,
        refusedLength: 0,
        receive: (batch) => socket.receive(batch),
        send: (batch, first, count, local, destination) => socket.send(batch, first, Math.min(count, room), local, destination),
        sendBytes: (bytes, local, destination) => socket.sendBytes(bytes, local, destination),
        close: () => socket.close(),
      };
      return narrow;
    }),
  };
}

test('packets that the socket has no room for are discarded, not sent', async () => {
  const [end, peer] = [new IceEnd({ host: hostWithRoom(2) }), new IceEnd()];
  end.start(peer, true);
  peer.start(end, false);
  await until(() => end.ice.agent!.selectedPair !== null);
  const batch = new PacketBatch(3, 100);
  for (const length of [10, 20, 30]) batch.append(new Uint8Array(length).fill(22));
  end.send(batch);
  const { packetsSent, bytesSent, packetsDiscardedOnSend, bytesDiscardedOnSend } = end.ice.agent!.selectedPair!.statistics;
  assert.equal([packetsSent, bytesSent, packetsDiscardedOnSend, bytesDiscardedOnSend], [2, 30, 1, 30]);
  assert.equal([end.ice.transportStats['packetsSent'], end.ice.transportStats['bytesSent']], [2, 30]);
  for (const each of [end, peer]) each.close();
});

test.run();
