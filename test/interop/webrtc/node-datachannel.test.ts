// timeout: 300 s
import { testAgainst } from './against';
import { ChildPeer } from './peers/RemotePeer';

const lacks = { renegotiation: 'its setRemoteDescription() ends a second round with an error of its own', iceRestart: 'as renegotiation' };

testAgainst(ChildPeer.hasModule('node-datachannel')
  ? { name: 'node-datachannel', open: () => ChildPeer.ofModule('node-datachannel/polyfill'), lacks }
  : undefined);
