// timeout: 300 s
import { testAgainst } from './against';
import { ChildPeer } from './peers/RemotePeer';

testAgainst(ChildPeer.hasModule('@roamhq/wrtc') ? { name: '@roamhq/wrtc', open: () => ChildPeer.ofModule('@roamhq/wrtc') } : undefined);
