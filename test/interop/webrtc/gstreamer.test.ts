// timeout: 300 s
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { testAgainst } from './against';
import { ChildPeer } from './peers/RemotePeer';

const program = fileURLToPath(new URL('peers/gstreamer.py', import.meta.url));

/** A Python that has GStreamer's bindings; Debian's has, which is not always the first. */
const python = ['python3', '/usr/bin/python3'].find((command) => spawnSync(command, [program, '--check'], { stdio: 'ignore' }).status === 0);
if (python === undefined) {
  console.log('skipped: no webrtcbin (Debian: gstreamer1.0-plugins-bad gstreamer1.0-nice python3-gst-1.0 gir1.2-gst-plugins-bad-1.0)');
}

testAgainst(python === undefined ? undefined : {
  name: 'webrtcbin', open: () => new ChildPeer(python, [program]), lacks: { iceRestartOffer: 'its create-offer has no option for one' },
});
