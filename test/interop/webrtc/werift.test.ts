// timeout: 300 s
import { testAgainst } from './against';
import { ChildPeer } from './peers/RemotePeer';

testAgainst(ChildPeer.hasModule('werift')
  ? { name: 'werift', open: () => ChildPeer.ofModule('werift'), lacks: { activeOffer: 'it answers active' } }
  : undefined);
