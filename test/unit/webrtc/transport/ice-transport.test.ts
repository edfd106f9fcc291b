import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isHostError } from '../../../../src/host/Host';
import { loadAddon } from '../../../../src/host/node/addon';
import { createMediaHost } from '../../../../src/host/node/net/media-host';
import { PacketBatch } from '../../../../src/webrtc/packet-batch';
import { Batches } from '../../../../src/webrtc/transport/Batches';
import { IceTransport } from '../../../../src/webrtc/transport/IceTransport';
import type { MediaHost, UdpPort } from '../../../../src/webrtc/transport/MediaHost';

const addon = loadAddon();
if (isHostError(addon)) throw new Error(addon.message);
const host: MediaHost = { ...createMediaHost(addon), localAddresses: () => ['127.0.0.1'] };

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
  const ends: IceTransport[] = [];
  for (const [index, endHost] of [hostWithRoom(2), host].entries()) {
    ends.push(new IceTransport(index, endHost, new Batches(endHost.makeReceivedBatch), {
      emit: (event) => {
        if (event.kind === 'candidate') ends[1 - index]!.remoteCandidate(event.candidate);
      },
      records: () => {},
      pathChanged: () => {},
      tooLong: () => {},
      settle: () => ends[index]!.takeOutput(host.now()),
    }));
  }
  const parameters = [0, 1].map((index) => ({ usernameFragment: `user${index}`, password: `${index}`.padStart(24, 'x'), lite: false }));
  ends.forEach((end, index) => {
    end.setRole(index === 0);
    end.gather(parameters[index]!, { iceServers: [], policy: 'all' });
    end.setRemoteParameters(parameters[1 - index]!);
  });
  for (let turn = 0; turn < 400 && !ends[0]!.agent!.selectedPair; turn++) {
    for (const end of ends) {
      end.handleTimeout(host.now());
      end.takeOutput(host.now());
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const batch = new PacketBatch(3, 100);
  for (const length of [10, 20, 30]) batch.append(new Uint8Array(length).fill(22));
  ends[0]!.send(host.now(), batch);
  const { packetsSent, bytesSent, packetsDiscardedOnSend, bytesDiscardedOnSend } = ends[0]!.agent!.selectedPair!.statistics;
  assert.equal([packetsSent, bytesSent, packetsDiscardedOnSend, bytesDiscardedOnSend], [2, 30, 1, 30]);
  assert.equal([ends[0]!.transportStats['packetsSent'], ends[0]!.transportStats['bytesSent']], [2, 30]);
  for (const end of ends) end.close();
});

test.run();
