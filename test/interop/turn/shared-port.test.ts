/** Relays of transports that share a port, against coturn on loopback. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { candidatesOf, type IceEnd, MediaThread, until } from '../../unit/webrtc/transport/support';
import { Coturn, hasCoturn } from './coturn';

if (!hasCoturn) console.log('skipped: no turnserver on the PATH');

const relaysOf = (end: IceEnd) => candidatesOf(end).filter(({ type }) => type === 'relay');

if (hasCoturn) test('a relay that is not used is given back and its socket closes; a restart has another', async () => {
  const server = await Coturn.start([]);
  const iceServers = [{ urls: [`turn:127.0.0.1:${server.port}`], username: 'user', credential: 'pass' }];
  const thread = new MediaThread();
  const [end, peer] = [thread.end(), thread.end()];
  const ends = [end, peer];
  const isCompleted = () => ends.every(({ ice }) => ice.agent!.state === 'completed' && ice.agent!.pairs.includes(ice.agent!.selectedPair!));
  try {
    end.start(peer, true, iceServers);
    peer.start(end, false);
    assert.is(thread.sockets.size, 2);
    await until(() => isCompleted() && thread.sockets.size === 1);
    assert.is(relaysOf(end).length, 1);
    const renewed = ends.map(({ parameters }) => ({ ...parameters, usernameFragment: `${parameters.usernameFragment}again` }));
    ends.forEach(({ ice }, index) => ice.gather(renewed[index]!, { iceServers: index === 0 ? iceServers : [], policy: 'all' }));
    assert.is(thread.sockets.size, 2);
    ends.forEach(({ ice }, index) => ice.setRemoteParameters(renewed[1 - index]!));
    ends.forEach((each) => each.settle());
    await until(() => isCompleted() && thread.sockets.size === 1);
    assert.is(relaysOf(end).length, 2);
  } finally {
    for (const each of ends) each.close();
    await server.stop();
  }
});

test.run();
