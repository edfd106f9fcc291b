// timeout: 120 s
/** Two processes behind two NATs: directly where the NATs keep a port for all destinations, by a relay where they don't. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Coturn, hasCoturn } from '../turn/coturn';
import { connect, echo, transfer } from './against';
import { ChildPeer } from './peers/RemotePeer';
import { type Mapping, TwoNats } from './peers/TwoNats';

const bytes = 2 << 20;
const whyNot = hasCoturn ? TwoNats.whyNot() : 'no turnserver on the PATH';
if (whyNot !== undefined) console.log(`skipped: two NATs, ${whyNot.replaceAll('\n', ' ')}`);

const paths: Record<Mapping, (types: string[]) => boolean> = {
  'endpoint-independent': (types) => types.every((type) => type === 'srflx' || type === 'prflx' || type === 'host'),
  'address-and-port-dependent': (types) => types.includes('relay'),
};

for (const mapping of whyNot === undefined ? (Object.keys(paths) as Mapping[]) : []) {
  for (const isTrickling of [true, false]) {
    test(`both NATs' mapping is ${mapping}${isTrickling ? ', candidates trickled' : ''}`, async () => {
      const network = new TwoNats();
      let server: Coturn | undefined;
      const ends: ChildPeer[] = [];
      try {
        network.build(mapping);
        server = await Coturn.start([], { address: TwoNats.publicAddress, within: network.at('public') });
        for (const host of ['host-a', 'host-b']) ends.push(ChildPeer.ofModule('mediant/webrtc', {}, network.at(host)));
        const { port } = server;
        const configuration = {
          iceServers: [{ urls: [`stun:${TwoNats.publicAddress}:${port}`, `turn:${TwoNats.publicAddress}:${port}`], username: 'user', credential: 'pass' }],
        };
        await connect(ends[0], ends[1], { isTrickling, configuration });
        await echo(ends[0], 'through both');
        const [there, back] = [await transfer(ends[0], ends[1], bytes), await transfer(ends[1], ends[0], bytes)];
        for (const end of ends) {
          const { local, remote } = await end.call('path');
          assert.ok(paths[mapping]([local, remote]), `${local} to ${remote}`);
        }
        console.log(`measured: two NATs, ${mapping}: ${there.toFixed(1)} MB/s there, ${back.toFixed(1)} MB/s back`);
        await Promise.all(ends.map((end) => end.call('close')));
      } finally {
        await Promise.all(ends.map((end) => end.end()));
        await server?.stop();
        network.remove();
      }
    });
  }
}

test.run();
