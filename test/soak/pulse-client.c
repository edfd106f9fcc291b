/* The least a PulseAudio client can be: plays a counter as float32 samples, so that a gap in the recording shows what the
 * machine itself dropped. Usage: pulse-client SINK RATE SECONDS. Build: cc pulse-client.c -o pulse-client -lpulse-simple -lpulse */
#include <pulse/simple.h>
#include <stdio.h>
#include <stdlib.h>

#define LATENCY_USEC 25000

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const int rate = atoi(argv[2]);
  const long long total = (long long)rate * atoi(argv[3]);
  const pa_sample_spec spec = {PA_SAMPLE_FLOAT32LE, (uint32_t)rate, 1};
  int error = 0;
  /* The latency that an AudioContext with latencyHint "interactive" asks for. */
  const pa_buffer_attr buffer = {(uint32_t)-1, pa_usec_to_bytes(LATENCY_USEC, &spec), (uint32_t)-1, (uint32_t)-1, (uint32_t)-1};
  pa_simple* stream = pa_simple_new(NULL, "pulse-client", PA_STREAM_PLAYBACK, argv[1], "counter", &spec, NULL, &buffer, &error);
  if (!stream) return 1;
  float block[480];
  for (long long frame = 0; frame < total; frame += 480) {
    for (int i = 0; i < 480; i++) block[i] = (float)((frame + i) % 65536 + 1) / 131072.0f;
    if (pa_simple_write(stream, block, sizeof block, &error) < 0) return 1;
  }
  pa_simple_drain(stream, &error);
  pa_simple_free(stream);
  return 0;
}
