/** What is decoded. `make` are arguments for ffmpeg, between its inputs and the file's name. */
const noisy = 'noise=alls=12:allf=t';
const picture = (size, rate, seconds) => ['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=${rate}:d=${seconds},${noisy}`, '-pix_fmt', 'yuv420p'];
const sound = (seconds) => ['-f', 'lavfi', '-i', `anoisesrc=d=${seconds}:a=0.2:r=48000:c=pink`, '-ac', '2'];

const encoders = {
  'H.264': { extension: 'mp4', make: ['-c:v', 'libx264', '-preset', 'veryfast', '-g', '60'] },
  'H.265': { extension: 'mp4', make: ['-c:v', 'libx265', '-preset', 'ultrafast', '-tag:v', 'hvc1', '-x265-params', 'log-level=error'] },
  VP9: { extension: 'webm', make: ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-row-mt', '1', '-tile-columns', '2'] },
  AV1: { extension: 'mp4', make: ['-c:v', 'libsvtav1', '-preset', '12'] },
};

const videos = [{ label: '1080p', size: '1920x1080', seconds: 15, bitrate: '8M' }, { label: '4K', size: '3840x2160', seconds: 3, bitrate: '20M' }];

export const scenes = [
  ...videos.flatMap(({ label, size, seconds, bitrate }) => Object.entries(encoders).map(([codec, { extension, make }]) => ({
    name: `${codec} ${label}`,
    kind: 'video',
    file: `${codec.replace('.', '')}-${label}-${seconds}s.${extension}`,
    make: [...picture(size, 30, seconds), ...make, '-b:v', bitrate],
  }))),
  { name: 'AAC', kind: 'audio', file: 'aac.mp4', make: [...sound(120), '-c:a', 'aac', '-b:a', '128k'] },
  { name: 'Opus', kind: 'audio', file: 'opus.webm', make: [...sound(120), '-c:a', 'libopus', '-b:a', '96k'] },
  { name: 'MP3', kind: 'audio', file: 'mp3.mp3', make: [...sound(120), '-c:a', 'libmp3lame', '-b:a', '128k'] },
  { name: 'Vorbis', kind: 'audio', file: 'vorbis.webm', make: [...sound(120), '-c:a', 'libvorbis', '-b:a', '128k'] },
  { name: 'FLAC', kind: 'audio', file: 'flac.flac', make: [...sound(120), '-c:a', 'flac', '-frame_size', '1152'] },
];

/** For `--hardware`: the codec string is the one that devices are asked for. */
export const hardwareScenes = Object.entries({ 'H.264': 'avc1.640034', 'H.265': 'hev1.1.6.L153.90', VP9: 'vp09.00.52.08', AV1: 'av01.0.13M.08' }).map(([name, codec]) => ({
  name: `${name} 4K60`,
  codec,
  file: `${name.replace('.', '')}-4K60.${encoders[name].extension}`,
  make: [...picture('3840x2160', 60, 5), ...encoders[name].make, '-b:v', '40M'],
}));
