import type { Container } from '../../../container/sniff';

export const containerNames: Record<Container, string> = {
  wav: 'WAV', mp3: 'MP3', adts: 'ADTS', flac: 'FLAC', mp4: 'MP4', ogg: 'Ogg', webm: 'WebM', mpegts: 'MPEG-TS',
};
