// timeout: 120 s
/** Two processes that may only meet at relays of coturn, reached over UDP, TCP and TLS; and one that meets Chromium there. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Coturn, hasCoturn, hasOpenssl } from '../turn/coturn';
import { connect, echo, transfer } from './against';
import { ChromiumPeer } from './peers/ChromiumPeer';
import { ChildPeer, type RemotePeer } from './peers/RemotePeer';
import { browserPath } from '../browser-path';

type Protocol = 'udp' | 'tcp' | 'tls';

const bytes = 2 << 20;
const chromium = browserPath('chromium');

if (!hasCoturn) console.log('skipped: no turnserver on the PATH');
else if (!hasOpenssl) console.log('skipped: relays over TLS, no openssl on the PATH to make a certificate');
if (hasCoturn && chromium === undefined) console.log('skipped: Chromium by a relay, no Chromium on the PATH');

const configurationOf = ({ port, tlsPort }: Coturn, protocol: Protocol) => ({
  iceTransportPolicy: 'relay',
  iceServers: [{
    urls: protocol === 'tls' ? `turns:127.0.0.1:${tlsPort}?transport=tcp` : `turn:127.0.0.1:${port}?transport=${protocol}`,
    username: 'user',
    credential: 'pass',
  }],
});

async function meet(what: string, server: Coturn, protocol: Protocol, isTrickling: boolean, ...ends: [RemotePeer, RemotePeer]): Promise<void> {
  const [offerer, answerer] = ends;
  await connect(offerer, answerer, { isTrickling, configuration: configurationOf(server, protocol) });
  await echo(offerer, 'by way of a relay');
  const [there, back] = [await transfer(offerer, answerer, bytes), await transfer(answerer, offerer, bytes)];
  for (const end of ends) {
    const { local, relayProtocol } = await end.call('path');
    assert.equal([local, relayProtocol], ['relay', protocol]);
  }
  await Promise.all(ends.map((end) => end.call('close')));
  console.log(`measured: ${what}, relays over ${protocol}: ${there.toFixed(1)} MB/s there, ${back.toFixed(1)} MB/s back`);
}

const protocols: readonly Protocol[] = !hasCoturn ? [] : hasOpenssl ? ['udp', 'tcp', 'tls'] : ['udp', 'tcp'];

/** A process of ours, which trusts the server's certificate. */
const own = (server: Coturn) => ChildPeer.ofModule('mediant/webrtc', {
  MEDIANT_ICE_ADDRESSES: '127.0.0.1', ...(hasOpenssl && { NODE_EXTRA_CA_CERTS: server.certificatePath }),
});

for (const protocol of protocols) {
  for (const isTrickling of [false, true]) {
    test(`two processes, relays over ${protocol}${isTrickling ? ', candidates trickled' : ''}`, async () => {
      const server = await Coturn.start();
      const ends: [RemotePeer, RemotePeer] = [own(server), own(server)];
      try {
        await meet('two processes', server, protocol, isTrickling, ...ends);
      } finally {
        await Promise.all(ends.map((end) => end.end()));
        await server.stop();
      }
    });
  }
}

// Chromium has no option to trust a certificate for TURN, so TLS is left out.
for (const protocol of ['udp', 'tcp'] as const) {
  if (!hasCoturn || chromium === undefined) continue;
  test(`Chromium, relays over ${protocol}`, async () => {
    const server = await Coturn.start();
    const ends: RemotePeer[] = [own(server)];
    try {
      ends.push(await ChromiumPeer.open(chromium));
      await meet('Chromium', server, protocol, true, ends[0], ends[1]);
    } finally {
      await Promise.all(ends.map((end) => end.end()));
      await server.stop();
    }
  });
}

test.run();
