/** Seconds */
const beepLength = 0.1;
const beepEdge = 0.005;

const toneLevel = 0.02;
const beepLevel = 0.5;

/**
 * What the fake microphone hears: one second, to be repeated, of a quiet tone that begins with a beep. Both are whole numbers of hertz, so
 * that nothing clicks where it begins again.
 */
export function beeps(sampleRate: number, toneHertz: number, beepHertz: number): Float32Array {
  return Float32Array.from({ length: sampleRate }, (_, frame) => {
    const seconds = frame / sampleRate;
    const edge = Math.min(1, Math.max(0, Math.min(seconds, beepLength - seconds) / beepEdge));
    const envelope = (1 - Math.cos(Math.PI * edge)) / 2;
    return toneLevel * Math.sin(2 * Math.PI * toneHertz * seconds) + envelope * beepLevel * Math.sin(2 * Math.PI * beepHertz * seconds);
  });
}
