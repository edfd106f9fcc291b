// A channel at full throughput between two processes: their memory has to stay flat.
// Run with: node test/soak/channel-throughput.mjs [minutes]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { RTCPeerConnection } from 'mediant';
import { processStats, slope } from './process-stats.mjs';

const isReceiver = process.argv[2] === 'receive';
const minutes = Number(process.argv[2] ?? 30);
const sampleSeconds = Math.min(10, minutes * 15);
const message = new Uint8Array(64 << 10);
const bufferedBytes = 4 << 20;
/** Growth over an hour, by the second half of the samples, of which fewer minutes than these say nothing. */
const mostMiBAnHour = 20;
const fewestMinutes = 5;
/** After so long without a message the channel stands still; for less, a busy machine keeps the processes. */
const mostIdleSeconds = 10;

const peer = isReceiver ? process : fork(fileURLToPath(import.meta.url), ['receive']);
const connection = new RTCPeerConnection();
const channel = connection.createDataChannel('bulk', { negotiated: true, id: 0 });
connection.onicecandidate = ({ candidate }) => peer.send({ candidate: candidate?.toJSON() });
const describe = async () => {
  await connection.setLocalDescription();
  peer.send({ description: connection.localDescription.toJSON() });
};
let bytes = 0;
let theirs = { rssMiB: NaN };
peer.on('message', async (told) => {
  if (told.stats) theirs = told.stats;
  else if (told.candidate) await connection.addIceCandidate(told.candidate);
  else if (told.description) {
    await connection.setRemoteDescription(told.description);
    if (isReceiver) await describe();
  }
});

async function send() {
  channel.bufferedAmountLowThreshold = bufferedBytes / 2;
  const fill = () => {
    for (; channel.bufferedAmount < bufferedBytes && channel.readyState === 'open'; bytes += message.length) channel.send(message);
  };
  channel.onbufferedamountlow = fill;
  await describe();
  await once(channel, 'open');
  fill();
  const samples = [];
  const begin = performance.now();
  let before = { seconds: 0, bytes: 0 };
  let idleSeconds = 0;
  while (before.seconds < minutes * 60 || (idleSeconds > 0 && idleSeconds < mostIdleSeconds)) {
    await new Promise((resolve) => setTimeout(resolve, sampleSeconds * 1000));
    const seconds = (performance.now() - begin) / 1000;
    const rate = (bytes - before.bytes) / (seconds - before.seconds) / 1e6;
    idleSeconds = rate === 0 ? idleSeconds + seconds - before.seconds : 0;
    before = { seconds, bytes };
    const ours = processStats();
    samples.push({ hours: seconds / 3600, sender: ours.rssMiB, receiver: theirs.rssMiB, rate });
    console.log(`${seconds.toFixed(0).padStart(5)} s: ${rate.toFixed(1)} MB/s, sender ${ours.rssMiB.toFixed(1)} MiB, receiver ${theirs.rssMiB.toFixed(1)} MiB`);
    if (idleSeconds >= mostIdleSeconds) process.exitCode = 1;
  }
  const late = samples.slice(samples.length / 2);
  for (const end of minutes < fewestMinutes ? [] : ['sender', 'receiver']) {
    const growth = slope(late.map(({ hours, [end]: rssMiB }) => [hours, rssMiB]));
    console.log(`${end}: ${growth.toFixed(2)} MiB an hour over the last half`);
    if (growth > mostMiBAnHour) process.exitCode = 1;
  }
  console.log(`${(bytes / 1e9).toFixed(1)} GB, ${(bytes / before.seconds / 1e6).toFixed(1)} MB/s`);
  connection.close();
  peer.disconnect();
}

function receive() {
  const timer = setInterval(() => process.send({ stats: processStats() }, () => {}), sampleSeconds * 500);
  channel.onmessage = () => {};
  process.once('disconnect', () => {
    clearInterval(timer);
    connection.close();
  });
}

if (isReceiver) receive();
else await send();
