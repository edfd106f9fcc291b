// Reads a ring at a clock and a sample rate of its own.
//
// Producer and reader each know, by their drivers' clocks, when every frame of theirs is due. The reader plays what was
// due a constant latency ago; the resampler follows the difference of the two clocks so slowly that no change of speed is
// heard. When the producer comes late there is a short gap that fades out and in, and the latency grows by what was
// lacking, by a quarter of a second at most, to shrink again by a thousandth of the time that goes by. Nothing here
// allocates but the constructor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "../dsp/SincTable.h"
#include "PcmRing.h"

namespace mediant::audio {

class RingReader {
 public:
  struct Options {
    double sampleRate;        // of the reader
    size_t quantum;           // frames that are read at once, at most
    double blockSeconds;      // what the reader's driver takes at once
    bool isSameClock;         // the producer runs on the reader's clock, and the ring's frames have its numbers
  };

  // Control thread.
  RingReader(const PcmRing& ring, const Options& options);

  int channels() const { return ring_.channels(); }
  // Seconds between what was due and what is read.
  double latency() const { return latency_; }

  // Reads `frames` frames, of which the first is number `frame` and due at `seconds` by the reader's clock. Returns false,
  // with `outputs` untouched, when there is nothing.
  bool read(float* const* outputs, size_t frames, int64_t frame, double seconds, double framePeriod);

 private:
  bool copyFrames(float* const* outputs, size_t frames, int64_t from);
  bool readResampled(float* const* outputs, size_t frames, double seconds, double framePeriod);
  size_t resample(float* const* outputs, size_t from, size_t frames, double step, int64_t written);
  void fadeOut(float* const* outputs, size_t from, size_t frames, double step, int64_t written);
  void fadeIn(float* const* outputs, size_t from, size_t frames);

  const PcmRing ring_;
  const Options options_;
  const double leastLatency_;
  std::shared_ptr<const SincTable> table_;
  std::vector<float> window_;  // input frames of a chunk, a channel after the other
  std::vector<const float*> windows_;
  std::vector<float> taps_;
  size_t windowFrames_ = 0;

  PcmRing::Anchor anchor_ = {0, 0, 0};
  bool isPlaying_ = false;
  int64_t base_ = 0;      // the position in the ring of the next output is base_ + fraction_
  double fraction_ = 0;
  double latency_;
  double lastTime_ = 0;  // when read() was called last
  double gapSince_ = -1;  // when there was nothing left the last time
  size_t fadedIn_ = 0;    // frames of the fade-in that have been played
};

}  // namespace mediant::audio
