"""The end of GStreamer's webrtcbin, in the lines of JSON that process.mjs speaks. `--check` ends with 0 where everything that it needs is installed."""
import hashlib
import json
import os
import re
import sys
import threading
import time

import gi

gi.require_version('Gst', '1.0')
gi.require_version('GstSdp', '1.0')
gi.require_version('GstWebRTC', '1.0')
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

MOST_BUFFERED = 1 << 20
CHUNK_BYTES = 1 << 20

Gst.init(None)
missing = [name for name in ('webrtcbin', 'nicesrc', 'dtlsdec', 'sctpdec') if Gst.ElementFactory.find(name) is None]
if missing:
    sys.exit('no element ' + ', '.join(missing))
if '--check' in sys.argv:
    sys.exit(0)


class Digest:
    """As Digest.mjs: SHA-256 of each MiB with the digest of all before it in front."""

    def __init__(self):
        self.chunk, self.hash, self.bytes = bytearray(), bytes(32), 0

    def add(self, data):
        self.bytes += len(data)
        self.chunk += data
        while len(self.chunk) >= CHUNK_BYTES:
            self._append(CHUNK_BYTES)

    def end(self):
        if self.chunk:
            self._append(len(self.chunk))
        return {'bytes': self.bytes, 'digest': self.hash.hex()}

    def _append(self, count):
        self.hash = hashlib.sha256(self.hash + self.chunk[:count]).digest()
        del self.chunk[:count]


class Inbox:
    def __init__(self):
        self.items, self.condition = [], threading.Condition()

    def put(self, item):
        with self.condition:
            self.items.append(item)
            self.condition.notify()

    def take(self):
        with self.condition:
            self.condition.wait_for(lambda: self.items)
            return self.items.pop(0)


def username_fragment(sdp):
    found = re.search(r'^a=ice-ufrag:(\S+)', sdp, re.M)
    return found and found[1]


class Peer:
    def open(self, _configuration):
        self.pipeline = Gst.Pipeline()
        self.webrtc = Gst.ElementFactory.make('webrtcbin')
        self.webrtc.set_property('bundle-policy', GstWebRTC.WebRTCBundlePolicy.MAX_BUNDLE)
        self.pipeline.add(self.webrtc)
        self.channel, self.inbox, self.candidates = None, Inbox(), Inbox()
        self.lines, self.is_open, self.is_gathered = [], threading.Event(), threading.Event()
        self.webrtc.connect('on-ice-candidate', self._on_candidate)
        self.webrtc.connect('notify::ice-gathering-state', self._on_gathering)
        self.webrtc.connect('on-data-channel', lambda _, channel: self._serve(channel))
        self.pipeline.set_state(Gst.State.PLAYING)

    def offer(self, options):
        if self.channel is None:
            self._serve(self.webrtc.emit('create-data-channel', 'interop', None))
        return self._describe('offer', (options or {}).get('trickle', False))

    def answer(self, options):
        self.accept(options['description'])
        return self._describe('answer', options.get('trickle', False))

    def accept(self, description):
        _, message = GstSdp.SDPMessage.new_from_text(description['sdp'])
        sdp_type = getattr(GstWebRTC.WebRTCSDPType, description['type'].upper())
        self._ask('set-remote-description', GstWebRTC.WebRTCSessionDescription.new(sdp_type, message))

    def nextCandidate(self, _):
        return self.candidates.take()

    def addCandidate(self, candidate):
        self.webrtc.emit('add-ice-candidate', candidate.get('sdpMLineIndex') or 0, candidate['candidate'])

    def opened(self, _):
        self.is_open.wait()

    def echo(self, text):
        self.channel.emit('send-string', 'echo ' + text)
        return self.inbox.take()

    def send(self, options):
        digest, count = Digest(), options['bytes']
        while count > 0:
            while self.channel.get_property('buffered-amount') > MOST_BUFFERED:
                time.sleep(0.001)
            message = os.urandom(min(options.get('messageBytes', 65536), count))
            digest.add(message)
            self.channel.emit('send-data', GLib.Bytes.new(message))
            count -= len(message)
        self.channel.emit('send-string', 'end')
        return digest.end()

    def received(self, _):
        return self.inbox.take()

    def close(self, _):
        self.pipeline.set_state(Gst.State.NULL)

    def _serve(self, channel):
        self.channel, self.digest = channel, Digest()
        channel.connect('on-message-data', lambda _, data: self.digest.add(data.get_data()))
        channel.connect('on-message-string', self._on_text)
        channel.connect('on-open', lambda _: self.is_open.set())
        if channel.get_property('ready-state') == GstWebRTC.WebRTCDataChannelState.OPEN:
            self.is_open.set()

    def _on_text(self, channel, text):
        if text.startswith('echo '):
            channel.emit('send-string', text[5:])
        elif text == 'end':
            self.inbox.put(self.digest.end())
            self.digest = Digest()
        else:
            self.inbox.put(text)

    def _on_candidate(self, _, index, candidate):
        self.lines.append(candidate)
        self.candidates.put({'candidate': candidate, 'sdpMLineIndex': index})

    def _on_gathering(self, webrtc, _):
        if webrtc.get_property('ice-gathering-state') == GstWebRTC.WebRTCICEGatheringState.COMPLETE:
            self.candidates.put(None)
            self.is_gathered.set()

    def _ask(self, action, argument):
        """A promise, kept, and its reply, which belongs to it."""
        promise = Gst.Promise.new()
        self.webrtc.emit(action, argument, promise)
        promise.wait()
        reply = promise.get_reply()
        if reply is not None and reply.has_field('error'):
            raise RuntimeError(f"{action}: {reply.get_value('error')}")
        return promise, reply

    def _describe(self, kind, trickles):
        promise, reply = self._ask(f'create-{kind}', None)
        description = reply.get_value(kind)
        sdp = description.sdp.as_text()
        before = self.webrtc.get_property('current-local-description')
        is_new = before is None or username_fragment(before.sdp.as_text()) != username_fragment(sdp)
        self._ask('set-local-description', description)
        del promise
        if not trickles and is_new:
            self.is_gathered.wait()
        # There is one section, so candidates belong at the end.
        if not trickles and 'a=candidate:' not in sdp:
            sdp += ''.join(f'a={line}\r\n' for line in self.lines)
        return {'type': kind, 'sdp': sdp}


peer = Peer()
output = threading.Lock()


def answer(line):
    request = json.loads(line)
    reply = {'id': request['id']}
    try:
        reply['value'] = getattr(peer, request['action'])(request.get('argument'))
    except Exception as error:
        reply['error'] = repr(error)
    with output:
        print(json.dumps(reply), flush=True)


loop = GLib.MainLoop()
threading.Thread(target=loop.run, daemon=True).start()
for line in sys.stdin:
    threading.Thread(target=answer, args=(line,), daemon=True).start()
os._exit(0)
